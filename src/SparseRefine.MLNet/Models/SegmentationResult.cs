using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// What a <see cref="SegmentationModel"/> made of one photo. What takes time is computed when it is first asked for, by a model that has not been disposed. Not thread-safe. Owns the
/// decoded photo where the model decoded it, and the memory of what it has not shown yet: a disposed result keeps its labels and what was read before.
/// </summary>
public sealed class SegmentationResult : IDisposable
{
    private readonly PhotoScorer _scorer;
    private readonly Interpolation _interpolation;
    private readonly bool _ownsPhoto;
    private PhotoAnswer _answer;
    private MLImage? _photo;
    private PixelSelection? _selection;
    private SparseLogits? _sparse;
    private double[]? _shares;
    private bool _isShown;
    private bool _isRecycled;

    internal SegmentationResult(
        MLImage photo, ClassList? classes, Interpolation interpolation, PhotoScorer scorer, PhotoAnswer answer, double decoding, bool ownsPhoto)
    {
        _photo = photo;
        _scorer = scorer;
        _answer = answer;
        _ownsPhoto = ownsPhoto;
        _interpolation = interpolation;
        _selection = answer.Refined?.Selection;
        _sparse = answer.Refined?.SparseLogits;
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

    /// <summary>The dense model's scores at its own resolution; null for a pipeline that does not show them. They stay valid when the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">They were not asked for before the result was disposed.</exception>
    public LogitMap? Logits
    {
        get
        {
            _isShown = true;
            return Scores;
        }
    }

    /// <summary>Classes of the dense model's scores, which stay this result's to recycle.</summary>
    internal int ScoredClasses => Scores!.Classes;

    /// <summary>Selected pixels as a share of all, 0..1; null for a model without a refiner.</summary>
    public double? Density => _answer.Refined?.Density;

    /// <summary>What the refiner made, with the parts that were asked for; null for a model without one.</summary>
    public RefinementResult? Refined => _answer.Refined;

    /// <summary>
    /// Milliseconds of each stage; decoding is 0 where a decoded photo was given. Where the model ran as one graph (see <see cref="SegmentationModelOptions.ExecutionProvider"/>), its stages
    /// cannot be told apart: all of it is the dense model's.
    /// </summary>
    public StageTimes Times { get; }

    /// <summary>The selected pixels and the dense labels; null for a model without a refiner.</summary>
    /// <exception cref="ObjectDisposedException">They were not computed before the result was disposed.</exception>
    public PixelSelection? Selection => _selection ??= Refined is null || Scores is null ? null : _scorer.Select(_answer);

    /// <summary>
    /// The sparse network's logits of the selected pixels; null for a model without a refiner, and for a chain with other people's transformers
    /// that was not asked for them at once.
    /// </summary>
    /// <exception cref="ObjectDisposedException">They were not computed before the result was disposed.</exception>
    public SparseLogits? SparseLogits => _sparse ??= Selection is PixelSelection selection && Scores is not null ? _scorer.Extract(Photo, _answer, selection) : null;

    /// <summary>The class of every pixel before it was refined.</summary>
    public LabelMap DenseLabels => Selection?.DenseLabels ?? Labels;

    /// <summary>Share of the pixels of each class, 0..1, by class index: as many values as <see cref="Classes"/>, or up to the highest class found.</summary>
    public IReadOnlyList<double> Shares => _shares ??= Labels.Shares(Classes?.Count ?? 0);

    /// <summary>Writes the labels as a PNG file of palette indices in the classes' colors.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="ArgumentException">The ending of another format, as .jpg, which would not hold class indices.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => IndexPng.Write(Labels, PngName.Checked(path), ClassPalette.Of(Classes));

    /// <summary>Writes the labels as a PNG file of palette indices in the classes' colors.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <exception cref="IOException">The stream takes no more.</exception>
    public void Save(Stream stream) => IndexPng.Write(Labels, stream, ClassPalette.Of(Classes));

    /// <summary>Writes the photo with the classes' colors over it; a class 0 named background or unlabelled leaves it as it is.</summary>
    /// <param name="path">The file, PNG or by its ending .jpg or .jpeg JPEG; replaced if it exists.</param>
    /// <param name="options">How colors are laid over the photo; null: as <see cref="PaintOptions"/> says by itself.</param>
    /// <exception cref="ArgumentException">Labels of another size than the photo, or the ending of a further format.</exception>
    /// <exception cref="ObjectDisposedException">The result is disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOverlay(string path, PaintOptions? options = null)
    {
        using MLImage overlay = new SegmentationPainter(Classes, options).Overlay(Photo.AsView(), Labels);
        if (Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg")
        {
            AtomicFile.Write(path, overlay.ToJpeg());
            return;
        }

        AtomicFile.Write(PngName.Checked(path), overlay.WritePng);
    }

    /// <summary>Writes how unsure the dense model was of each pixel, as a grey PNG file: 255 e / ln C.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <exception cref="ArgumentException">The ending of another format.</exception>
    /// <exception cref="NotSupportedException">A pipeline that does not show its logits.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveEntropy(string path) => IndexPng.Write(Entropy().Grey, PngName.Checked(path));

    /// <summary>How unsure the dense model was of each pixel, computed anew at every call.</summary>
    /// <returns>The map, of the labels' size.</returns>
    /// <exception cref="NotSupportedException">A pipeline that does not show its logits.</exception>
    public EntropyMap Entropy() => Scores is LogitMap logits
        ? new EntropyMap(logits, Labels.Height, Labels.Width, _interpolation)
        : throw new NotSupportedException("Entropy: expected a pipeline that shows its logits, got one without");

    /// <summary>Frees the photo where it is the result's own, and gives the logits' memory back unless somebody has asked for them.</summary>
    public void Dispose()
    {
        if (!_isShown && !_isRecycled && _answer.Logits is not null)
        {
            _isRecycled = true;
            _scorer.Recycle(_answer);
        }

        if (_ownsPhoto)
        {
            _photo?.Dispose();
        }

        _photo = null;
    }

    private LogitMap? Scores
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isRecycled, this);
            _answer = _answer.Logits is null ? _scorer.WithLogits(Photo, _answer) : _answer;
            return _answer.Logits;
        }
    }
}
