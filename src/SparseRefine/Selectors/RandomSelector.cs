using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects exactly round(fraction x height x width) pixels at random: the control for every other selector. The
/// choice depends on the seed and the photo's size only, not on its content.
/// </summary>
internal sealed class RandomSelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets share and seed.</summary>
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
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers)
    {
        // Hashes are uniform in 0..1, so the number above a threshold is binomial. The threshold lets through the wanted number plus 10 and six standard
        // deviations: fewer than wanted are left about once in 10^9 photos, and then all pixels are looked at.
        int count = TopScores.Count(Fraction, scan.Pixels);
        double expected = (count + 10 + (6 * Math.Sqrt(count + 1.0))) / scan.Pixels;
        scan.SelectTop(new HashScore(Seed), (float)Math.Max(1 - expected, -1), count, workers);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("random", Fraction, Seed, Mode);

    // The SplitMix64 output function of (seed, index): independent of order, so blocks need no shared generator.
    private readonly struct HashScore(int seed) : IIndexScore
    {
        private readonly ulong _seed = (ulong)(uint)seed << 32;

        public float Of(int index)
        {
            ulong z = unchecked((_seed | (uint)index) * 0x9E3779B97F4A7C15UL);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);

            // The cast to int is for speed: processors convert int to float in one instruction, ulong in several.
            return (int)((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
        }
    }
}
