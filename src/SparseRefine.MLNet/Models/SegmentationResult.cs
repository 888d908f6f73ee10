using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// What a <see cref="SegmentationModel"/> made of one photo. What takes time is computed when it is first asked for. Not thread-safe. Owns the
/// decoded photo where the model decoded it: dispose the result, then only <see cref="Photo"/> and the pictures made of it are gone.
/// </summary>
public sealed class SegmentationResult : IDisposable
{
    private readonly PhotoScorer _scorer;
    private readonly PhotoAnswer _answer;
    private readonly bool _ownsPhoto;
    private MLImage? _photo;
    private PixelSelection? _selection;
    private SparseLogits? _sparse;
    private double[]? _shares;

    internal SegmentationResult(MLImage photo, ClassList? classes, PhotoScorer scorer, PhotoAnswer answer, double decoding, bool ownsPhoto)
    {
        _photo = photo;
        _scorer = scorer;
        _answer = answer;
        _ownsPhoto = ownsPhoto;
        _selection = answer.Selection;
        _sparse = answer.SparseLogits;
        Classes = classes;
        Times = answer.Times with { Decode = decoding };
    }

    /// <summary>The class of every pixel, at the photo's size. Must not be changed.</summary>
    public LabelMap Labels => _answer.Labels;

    /// <summary>Names and colors of the classes; null where the model was saved without.</summary>
    public ClassList? Classes { get; }

    /// <summary>The decoded photo, 4 bytes a pixel.</summary>
    /// <exception cref="ObjectDisposedException">The result is disposed.</exception>
    public MLImage Photo => _photo ?? throw new ObjectDisposedException(nameof(SegmentationResult));

    /// <summary>The dense model's scores at its own resolution; null for a pipeline that does not show them.</summary>
    public LogitMap? Logits => _answer.Logits;

    /// <summary>Selected pixels as a share of all, 0..1; null for a model without a refiner.</summary>
    public double? Density => _answer.SelectedPixels / (double)Labels.Labels.Length;

    /// <summary>Milliseconds of each stage; decoding is 0 where a decoded photo was given.</summary>
    public StageTimes Times { get; }

    /// <summary>Multiply-adds of the sparse network and of a learned selector; 0 for a model without a refiner.</summary>
    public long ExtractMultiplyAdds => _answer.ExtractMultiplyAdds;

    /// <summary>Multiply-adds of a gate; 0 for an ensembler that learned nothing, or a model without a refiner.</summary>
    public long EnsembleMultiplyAdds => _answer.EnsembleMultiplyAdds;

    /// <summary>The selected pixels and the dense labels; null for a model without a refiner.</summary>
    public PixelSelection? Selection => _selection ??= _scorer.Select(_answer);

    /// <summary>The sparse network's logits of the selected pixels; null for a model without a refiner.</summary>
    /// <exception cref="ObjectDisposedException">They were not computed before the result was disposed.</exception>
    public SparseLogits? SparseLogits => _sparse ??= Selection is PixelSelection selection ? _scorer.Extract(Photo, _answer, selection) : null;

    /// <summary>The class of every pixel before it was refined.</summary>
    public LabelMap DenseLabels => Selection?.DenseLabels ?? Labels;

    /// <summary>Share of the pixels of each class, 0..1, by class index: as many values as <see cref="Classes"/>, or up to the highest class found.</summary>
    public IReadOnlyList<double> Shares => _shares ??= Count();

    /// <summary>Writes the labels as a PNG file of palette indices in the classes' colors.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => IndexPng.Write(Labels, path, ClassPalette.Of(Classes));

    /// <summary>Frees the photo where it is the result's own.</summary>
    public void Dispose()
    {
        if (_ownsPhoto)
        {
            _photo?.Dispose();
        }

        _photo = null;
    }

    private double[] Count()
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte label in Labels.Labels)
        {
            counts[label]++;
        }

        int length = Math.Max(Classes?.Count ?? 0, counts.LastIndexOfAnyExcept(0) + 1);
        double[] shares = new double[length];
        for (int c = 0; c < length; c++)
        {
            shares[c] = counts[c] / (double)Labels.Labels.Length;
        }

        return shares;
    }
}
