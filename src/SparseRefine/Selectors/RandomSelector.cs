using System.Buffers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects exactly round(fraction x height x width) pixels at random: the control for every other selector. The
/// choice depends on the seed and the picture's size only, not on its content.
/// </summary>
public sealed class RandomSelector : IPixelSelector
{
    /// <summary>Sets share and seed.</summary>
    /// <param name="fraction">Share of all pixels, 0 to 1.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="mode">How logits are brought to the picture's size for the labels: nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A fraction outside 0..1, or another mode.</exception>
    public RandomSelector(double fraction, int seed, Interpolation mode = Interpolation.Bilinear)
    {
        TopScores.ThrowUnlessFraction(fraction);
        LogitSampler.ThrowUnlessSampling(mode);
        Fraction = fraction;
        Seed = seed;
        Mode = mode;
    }

    /// <summary>Share of all pixels.</summary>
    public double Fraction { get; }

    /// <summary>Seed of the choice.</summary>
    public int Seed { get; }

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
            workers.For(pixels, 1 << 16, (_, start, end) =>
            {
                for (int i = start; i < end; i++)
                {
                    scores[i] = Hash(i) * (1f / (1 << 24));
                }
            });
            LabelMap labels = LogitScan.Label(sampler, workers);
            int[] indices = TopScores.Select(scores, pixels, TopScores.Count(Fraction, pixels), workers);
            return new PixelSelection(new SiteSet(indices, 1, height, width), labels);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("random", Fraction, Seed, Mode);

    // The SplitMix64 output function of (seed, index): independent of order, so blocks need no shared generator.
    private uint Hash(int index)
    {
        ulong z = unchecked((((ulong)(uint)Seed << 32) | (uint)index) * 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return (uint)((z ^ (z >> 31)) >> 40);
    }
}
