using System.Buffers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects exactly round(fraction x height x width) pixels (halves to even), those of highest entropy; among equal
/// entropies the lower index wins. Needs [height, width] floats of working memory.
/// </summary>
public sealed class FractionSelector : IPixelSelector
{
    /// <summary>Sets the share.</summary>
    /// <param name="fraction">Share of all pixels, 0 to 1.</param>
    /// <param name="mode">How logits are brought to the picture's size: nearest or bilinear.</param>
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
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers)
    {
        var sampler = new LogitSampler(logits, height, width, Mode);
        int pixels = LogitScan.PixelCount(sampler);
        float[] scores = ArrayPool<float>.Shared.Rent(pixels);
        try
        {
            LabelMap labels = LogitScan.Score<EntropyScore>(sampler, scores.AsMemory(0, pixels), workers);
            int[] indices = TopScores.Select(scores, pixels, TopScores.Count(Fraction, pixels), workers);
            return new PixelSelection(new SiteSet(indices, 1, height, width), labels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("fraction", Fraction, null, Mode);
}
