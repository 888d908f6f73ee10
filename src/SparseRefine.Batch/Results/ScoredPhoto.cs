using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>What one image became, for who wants to draw it. Valid only within the call that hands it over: the photo's memory is freed afterwards.</summary>
public sealed class ScoredPhoto
{
    private readonly SegmentationResult _result;

    internal ScoredPhoto(SegmentationResult result) => _result = result;

    /// <summary>The decoded photo, 4 bytes a pixel.</summary>
    public ImageView Photo => _result.Photo.AsView();

    /// <summary>The dense model's scores at its own resolution; null for a pipeline that does not show them.</summary>
    public LogitMap? Logits => _result.Logits;

    /// <summary>
    /// The refined pixels (<see cref="PixelSelection.Sites"/>) and the low-resolution answer at the photo's size
    /// (<see cref="PixelSelection.DenseLabels"/>); null for a pipeline without a refiner.
    /// </summary>
    public PixelSelection? Selection => _result.Selection;

    /// <summary>The refined answer, at the photo's size. Must not be changed.</summary>
    public LabelMap Labels => _result.Labels;
}
