using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects exactly round(fraction x height x width) pixels (halves to even), those of highest entropy; among equal
/// entropies the lower index wins. Keeps [height, width] floats of working memory.
/// </summary>
internal sealed class FractionSelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets the share.</summary>
    /// <exception cref="ArgumentException">A fraction outside 0..1, or another mode.</exception>
    public FractionSelector(double fraction, Interpolation mode = Interpolation.Bilinear)
    {
        TopScores.ThrowUnlessFraction(fraction);
        LogitSampler.ThrowUnlessSampling(mode);
        Fraction = fraction;
        Mode = mode;
    }

    /// <summary>Share of all pixels.</summary>
    public double Fraction { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <inheritdoc/>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers)
    {
        scan.SelectTopEntropies(TopScores.Count(Fraction, scan.Pixels), workers);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("fraction", Fraction, null, Mode);
}
