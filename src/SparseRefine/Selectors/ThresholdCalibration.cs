using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;

namespace SparseRefine.Selectors;

/// <summary>
/// Finds the threshold of an <see cref="EntropySelector"/> on labelled photos: for a wanted density, or at the knee of the
/// curve of captured errors over density. Keeps histograms of entropies, of all pixels (8 MB) and of errors by class, whatever the number of photos; their
/// bins are 2^20 ranges of floats, each 0.05 % wide, and every threshold given out ends such a range, so that its counts are exact.
/// Not thread-safe.
/// </summary>
public sealed class ThresholdCalibration
{
    // Floats from 0 up order as their bits do; the upper 20 of 31 bits number the bin.
    private const int LowBits = 11;
    private readonly long[] _pixels = new long[1 << (31 - LowBits)];

    // Of each bin with errors: how many are of each class, and after that how many are called each class.
    private readonly Dictionary<int, long[]> _errors = [];
    private ConfusionMatrix? _dense;
    private readonly LogitScan _scan = new();
    private readonly Interpolation _mode;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="mode">How logits are brought to the photo's size, as the selector will.</param>
    /// <exception cref="ArgumentException">Another mode than nearest or bilinear.</exception>
    public ThresholdCalibration(Interpolation mode = Interpolation.Bilinear)
    {
        LogitSampler.ThrowUnlessSampling(mode);
        _mode = mode;
    }

    /// <summary>Pixels counted, unlabelled ones included: a selector does not know them.</summary>
    public long Pixels { get; private set; }

    /// <summary>Labelled pixels that the dense model gets wrong.</summary>
    public long Errors { get; private set; }

    /// <summary>Counts one photo.</summary>
    /// <param name="logits">The dense model's scores, at any resolution.</param>
    /// <param name="truth">True labels; they set the photo's size.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <param name="ignoreIndex">The label that means "not labelled".</param>
    /// <exception cref="ArgumentException">Other classes than those of the photos before, or a label that is no class.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public void Add(LogitMap logits, LabelMap truth, Workers workers, byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(truth);
        ConfusionMatrix photo = new(logits.Classes);
        byte[] labels = GC.AllocateUninitializedArray<byte>(truth.Labels.Length);
        _scan.Begin(logits, truth.Height, truth.Width, _mode, labels, workers);
        _scan.ScoreEntropies(workers);
        photo.AddPairs(truth.Labels, labels, ignoreIndex);
        (_dense ??= new ConfusionMatrix(logits.Classes)).Merge(photo);
        for (int y = 0, i = 0; y < truth.Height; y++)
        {
            foreach (float entropy in _scan.Scores(y))
            {
                int bin = Bin(entropy);
                _pixels[bin]++;
                if (truth.Labels[i] != labels[i] && truth.Labels[i] != ignoreIndex)
                {
                    if (!_errors.TryGetValue(bin, out long[]? counts))
                    {
                        _errors.Add(bin, counts = new long[2 * logits.Classes]);
                    }

                    counts[truth.Labels[i]]++;
                    counts[logits.Classes + labels[i]]++;
                    Errors++;
                }

                i++;
            }
        }

        _scan.End();
        Pixels += labels.Length;
    }

    /// <summary>What a threshold would do.</summary>
    /// <param name="threshold">Nats, at least 0.</param>
    /// <returns>The point at this threshold or, where it lies within a bin, at the bin's end (at most 0.05 % higher).</returns>
    /// <exception cref="ArgumentException">A threshold below 0 or not finite.</exception>
    /// <exception cref="InvalidOperationException">No photo was counted.</exception>
    public CalibrationPoint At(float threshold)
    {
        if (!(threshold >= 0 && float.IsFinite(threshold)))
        {
            throw new ArgumentException($"threshold: expected a finite value of at least 0, got {threshold}", nameof(threshold));
        }

        return Find((bin, _, _) => bin == Bin(threshold));
    }

    /// <summary>The lowest threshold that selects at most a wanted share of the pixels.</summary>
    /// <param name="density">The share, 0 to 1.</param>
    /// <returns>Its point; the density is below the wanted one where many pixels are equally unsure.</returns>
    /// <exception cref="ArgumentException">A share out of range.</exception>
    /// <exception cref="InvalidOperationException">No photo was counted.</exception>
    public CalibrationPoint ForDensity(double density)
    {
        if (density is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"density: expected a value from 0 to 1, got {density}", nameof(density));
        }

        return Find((bin, selected, _) => bin == 0 || selected + _pixels[bin] > density * Pixels);
    }

    /// <summary>
    /// The knee of the curve: where captured errors - density is largest. Below this threshold a pixel is wrong no more often than
    /// the average pixel, so refining it there is worth no more than anywhere.
    /// </summary>
    /// <returns>Its point.</returns>
    /// <exception cref="InvalidOperationException">No photo was counted.</exception>
    public CalibrationPoint Knee()
    {
        double best = double.NegativeInfinity;
        int knee = 0;
        Find((bin, selected, captured) =>
        {
            double height = ((double)captured / Math.Max(1, Errors)) - ((double)selected / Pixels);
            (best, knee) = height > best ? (height, bin) : (best, knee);
            return bin == 0;
        });
        return Find((bin, _, _) => bin == knee);
    }

    private static int Bin(float entropy) => (int)(BitConverter.SingleToUInt32Bits(MathF.Max(0, entropy)) >> LowBits);

    // Walks from the highest threshold down; a threshold at the end of a bin selects what lies in the bins above it.
    private CalibrationPoint Find(Func<int, long, long, bool> isWanted)
    {
        if (Pixels == 0)
        {
            throw new InvalidOperationException("calibration: expected at least one counted photo, got none");
        }

        int classes = _dense!.Classes;
        long selected = 0;
        long captured = 0;
        long[] mended = new long[2 * classes];
        int bin = Bin(float.MaxValue);
        while (!isWanted(bin, selected, captured))
        {
            selected += _pixels[bin];
            if (_errors.TryGetValue(bin, out long[]? counts))
            {
                for (int i = 0; i < counts.Length; i++)
                {
                    mended[i] += counts[i];
                    captured += i < classes ? counts[i] : 0;
                }
            }

            bin--;
        }

        float threshold = BitConverter.UInt32BitsToSingle(((uint)(bin + 1) << LowBits) - 1);
        return new CalibrationPoint(
            threshold, (double)selected / Pixels, Errors == 0 ? 1 : (double)captured / Errors, _dense.MeanIoUWith(mended.AsSpan(0, classes), mended.AsSpan(classes)));
    }
}
