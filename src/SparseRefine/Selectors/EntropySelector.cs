using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects e &gt; threshold, e = -sum_c p_c ln(max(p_c, 1e-5)) (SparseRefine, section 3.1). The entropy of a pixel is
/// only computed where the two best logits are so close that it can exceed the threshold.
/// </summary>
public sealed class EntropySelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets the threshold.</summary>
    /// <param name="threshold">Nats, at least 0; from ln C on nothing is selected.</param>
    /// <param name="mode">How logits are brought to the photo's size: nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A threshold below 0 or not finite, or another mode.</exception>
    public EntropySelector(float threshold, Interpolation mode = Interpolation.Bilinear)
    {
        if (!float.IsFinite(threshold) || threshold < 0)
        {
            throw new ArgumentException($"threshold: expected a finite value of at least 0, got {threshold}", nameof(threshold));
        }

        LogitSampler.ThrowUnlessSampling(mode);
        Threshold = threshold;
        Mode = mode;
    }

    /// <summary>Nats above which a pixel is selected.</summary>
    public float Threshold { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <inheritdoc/>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers)
    {
        float cutoff = DoubtfulMargin.ForEntropy(Threshold, scan.Sampler.Map.Classes);
        scan.SelectEntropies(cutoff, Threshold, workers);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("entropy", Threshold, null, Mode);
}
