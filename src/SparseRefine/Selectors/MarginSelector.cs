using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>Selects p1 - p2 &lt; margin, p1 and p2 being the two largest probabilities of a pixel.</summary>
internal sealed class MarginSelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets the margin.</summary>
    /// <param name="margin">Probability, 0 to 1; 0 selects nothing.</param>
    /// <param name="mode">How logits are brought to the photo's size: nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A margin outside 0..1, or another mode.</exception>
    public MarginSelector(float margin, Interpolation mode = Interpolation.Bilinear)
    {
        if (!(margin >= 0 && margin <= 1))
        {
            throw new ArgumentException($"margin: expected a value from 0 to 1, got {margin}", nameof(margin));
        }

        LogitSampler.ThrowUnlessSampling(mode);
        Margin = margin;
        Mode = mode;
    }

    /// <summary>Difference of probabilities below which a pixel is selected.</summary>
    public float Margin { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <inheritdoc/>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers)
    {
        float cutoff = DoubtfulMargin.ForProbabilities(Margin, scan.Sampler.Map.Classes);
        scan.SelectMargins(cutoff, Margin, workers);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("margin", Margin, null, Mode);
}
