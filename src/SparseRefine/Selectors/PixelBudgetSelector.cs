using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects a fixed number of pixels, those of highest entropy (all where the photo has no more); among equal
/// entropies the lower index wins. So the sparse network's work does not depend on the photo.
/// </summary>
internal sealed class PixelBudgetSelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets the budget.</summary>
    /// <param name="pixels">Pixels a photo, at least 0.</param>
    /// <param name="mode">How logits are brought to the photo's size: nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A negative number, or another mode.</exception>
    public PixelBudgetSelector(int pixels, Interpolation mode = Interpolation.Bilinear)
    {
        if (pixels < 0)
        {
            throw new ArgumentException($"pixels: expected a whole number of at least 0, got {pixels}", nameof(pixels));
        }

        LogitSampler.ThrowUnlessSampling(mode);
        Pixels = pixels;
        Mode = mode;
    }

    /// <summary>Pixels a photo.</summary>
    public int Pixels { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <inheritdoc/>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers) =>
        scan.SelectTopEntropies(Math.Min(Pixels, scan.Pixels), workers);

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("pixels", Pixels, null, Mode);
}
