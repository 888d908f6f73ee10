using SparseRefine.Images;
using SparseRefine.Sites;

namespace SparseRefine.Metrics;

/// <summary>
/// Counts of (true class, predicted class) over pixels, and the scores that follow from them. Pixels whose truth is
/// the ignore index are not counted. Not thread-safe; make one a thread and <see cref="Merge"/>.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts;

    /// <summary>Starts with zeros.</summary>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <exception cref="ArgumentException">A number out of range.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        Classes = classes;
        _counts = new long[classes * classes];
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>[truth, predicted] pixel counts, row-major.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Pixels counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>Share of pixels whose class is right; NaN where nothing was counted.</summary>
    public double PixelAccuracy => Ratio(Enumerable.Range(0, Classes).Sum(TruePositives), Total);

    /// <summary>Mean over the classes that the truth holds of their share of right pixels; NaN where there are none.</summary>
    public double MeanAccuracy => Mean(Enumerable.Range(0, Classes).Select(c => Ratio(TruePositives(c), TruthCount(c))));

    /// <summary>Mean of <see cref="PerClassIoU"/> over the classes that the truth holds; NaN where there are none.</summary>
    public double MeanIoU => Mean(PerClassIoU);

    /// <summary>IoU of the classes weighted with their share of the true pixels; NaN where nothing was counted.</summary>
    public double FrequencyWeightedIoU
    {
        get
        {
            double sum = 0;
            double[] scores = PerClassIoU;
            for (int c = 0; c < Classes; c++)
            {
                sum += TruthCount(c) == 0 ? 0 : scores[c] * TruthCount(c);
            }

            return Total == 0 ? double.NaN : sum / Total;
        }
    }

    /// <summary>
    /// TP / (TP + FP + FN) of every class; NaN for an absent class, of which the truth holds no pixel: what is wrongly called so
    /// counts against the classes that it was taken from. A new array.
    /// </summary>
    public double[] PerClassIoU
    {
        get
        {
            double[] scores = new double[Classes];
            for (int c = 0; c < Classes; c++)
            {
                scores[c] = TruthCount(c) == 0
                    ? double.NaN
                    : Ratio(TruePositives(c), TruthCount(c) + PredictedCount(c) - TruePositives(c));
            }

            return scores;
        }
    }

    /// <summary>Pixels of class <paramref name="truth"/> that were called <paramref name="predicted"/>.</summary>
    /// <param name="truth">True class.</param>
    /// <param name="predicted">Predicted class.</param>
    public long this[int truth, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)truth, (uint)Classes, nameof(truth));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
            return _counts[truth * Classes + predicted];
        }
    }

    /// <summary>Counts all pixels of a photo.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="predicted">Predicted labels, same size.</param>
    /// <param name="ignoreIndex">True label that is not counted.</param>
    /// <exception cref="ArgumentException">Sizes that differ, or a label that is no class; nothing is counted then.</exception>
    public void Add(LabelMap truth, LabelMap predicted, byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        CheckSizes(truth, predicted);
        AddPairs(truth.Labels, predicted.Labels, ignoreIndex);
    }

    /// <summary>Counts chosen pixels of a photo.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="predicted">Predicted labels, same size.</param>
    /// <param name="sites">Pixels of one photo of that size; none counts nothing.</param>
    /// <param name="ignoreIndex">True label that is not counted.</param>
    /// <exception cref="ArgumentException">Sizes that differ, or a label that is no class; nothing is counted then.</exception>
    public void Add(
        LabelMap truth, LabelMap predicted, SiteSet sites, byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        CheckSizes(truth, predicted);
        ArgumentNullException.ThrowIfNull(sites);
        if (sites.Images != 1 || sites.Height != truth.Height || sites.Width != truth.Width)
        {
            throw new ArgumentException(
                $"sites: expected 1x{truth.Height}x{truth.Width}, got {sites.Images}x{sites.Height}x{sites.Width}",
                nameof(sites));
        }

        AddPairs(Pick(truth.Labels, sites), Pick(predicted.Labels, sites), ignoreIndex);
    }

    /// <summary>Adds another matrix's counts.</summary>
    /// <param name="other">Same number of classes; not changed.</param>
    /// <exception cref="ArgumentException">Another number of classes.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException($"other: expected {Classes} classes, got {other.Classes}", nameof(other));
        }

        Add(other._counts);
    }

    /// <summary>Adds counts [truth, predicted] of the same number of classes.</summary>
    internal void Add(ReadOnlySpan<long> counts)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += counts[i];
        }
    }

    /// <summary>Takes back counts that are part of this matrix.</summary>
    internal void Subtract(ConfusionMatrix part)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] -= part._counts[i];
        }
    }

    /// <summary>Mean IoU if some wrong pixels were right.</summary>
    /// <param name="missed">[classes]: how many of each true class.</param>
    /// <param name="mistaken">[classes]: how many are called each class.</param>
    internal double MeanIoUWith(ReadOnlySpan<long> missed, ReadOnlySpan<long> mistaken)
    {
        double[] scores = new double[Classes];
        for (int c = 0; c < Classes; c++)
        {
            long either = TruthCount(c) + PredictedCount(c) - TruePositives(c) - mistaken[c];
            scores[c] = TruthCount(c) == 0 ? double.NaN : Ratio(TruePositives(c) + missed[c], either);
        }

        return Mean(scores);
    }

    internal static byte[] Pick(byte[] labels, SiteSet sites) => Array.ConvertAll(sites.Indices, i => labels[i]);

    /// <summary>Counts pairs of labels of equal number.</summary>
    internal void AddPairs(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, byte ignoreIndex)
    {
        // Counted over all byte pairs and judged afterwards: no test a pixel, and nothing is added if a label is bad.
        int[] pairs = new int[256 * 256];
        for (int i = 0; i < truth.Length; i++)
        {
            pairs[(truth[i] << 8) | predicted[i]]++;
        }

        long[] counts = new long[_counts.Length];
        for (int pair = 0; pair < pairs.Length; pair++)
        {
            (int t, int p) = (pair >> 8, pair & 255);
            if (pairs[pair] == 0 || t == ignoreIndex)
            {
                continue;
            }

            ThrowUnlessClass(t, "truth");
            ThrowUnlessClass(p, "predicted");
            counts[t * Classes + p] = pairs[pair];
        }

        Add(counts);
    }

    internal static void CheckSizes(LabelMap truth, LabelMap predicted)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        if (truth.Height != predicted.Height || truth.Width != predicted.Width)
        {
            throw new ArgumentException(
                $"predicted: expected {truth.Height}x{truth.Width}, got {predicted.Height}x{predicted.Width}",
                nameof(predicted));
        }
    }

    internal static double Ratio(double part, double whole) => whole == 0 ? double.NaN : part / whole;

    internal static double Mean(IEnumerable<double> scores)
        => scores.Where(s => !double.IsNaN(s)).DefaultIfEmpty(double.NaN).Average();

    private long TruePositives(int c) => _counts[c * Classes + c];

    private long TruthCount(int c)
    {
        long sum = 0;
        for (int p = 0; p < Classes; p++)
        {
            sum += _counts[c * Classes + p];
        }

        return sum;
    }

    private long PredictedCount(int c)
    {
        long sum = 0;
        for (int t = 0; t < Classes; t++)
        {
            sum += _counts[t * Classes + c];
        }

        return sum;
    }

    private void ThrowUnlessClass(int label, string name)
    {
        if (label >= Classes)
        {
            throw new ArgumentException($"{name}: expected labels from 0 to {Classes - 1}, got {label}", name);
        }
    }
}
