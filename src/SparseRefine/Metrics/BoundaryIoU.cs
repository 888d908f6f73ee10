using SparseRefine.Images;

namespace SparseRefine.Metrics;

/// <summary>
/// Boundary IoU (Cheng et al., CVPR 2021): the IoU of the parts of the true and the predicted mask that lie within d
/// pixels of their own contours. A pixel belongs to its mask's band when the square of side 2d + 1 around it holds a
/// pixel of another class or of no photo, which is what d erosions with a 3x3 square remove. d is 2 % of the
/// diagonal, rounded, at least 1, unless set. Ignored pixels belong to no mask on either side and count as another
/// class. Not thread-safe.
/// </summary>
internal sealed class BoundaryIoU
{
    private readonly long[] _intersection;
    private readonly long[] _truth;
    private readonly long[] _predicted;
    private readonly double _ratio;
    private readonly int? _distance;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <param name="ratio">d as a share of the photo's diagonal.</param>
    /// <param name="distance">d in pixels, at least 1; null takes the ratio.</param>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public BoundaryIoU(int classes, double ratio = 0.02, int? distance = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        if (!(ratio > 0 && ratio <= 1))
        {
            throw new ArgumentException($"ratio: expected a value above 0 and up to 1, got {ratio}", nameof(ratio));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(distance ?? 1, 1, nameof(distance));
        Classes = classes;
        _ratio = ratio;
        _distance = distance;
        _intersection = new long[classes];
        _truth = new long[classes];
        _predicted = new long[classes];
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Boundary IoU of every class; NaN for an absent class, of which the truth holds no pixel. A new array.</summary>
    public double[] PerClass
    {
        get
        {
            double[] scores = new double[Classes];
            for (int c = 0; c < Classes; c++)
            {
                // A class that has pixels has a band: no photo is inside up to its border.
                scores[c] = _truth[c] == 0
                    ? double.NaN
                    : ConfusionMatrix.Ratio(_intersection[c], _truth[c] + _predicted[c] - _intersection[c]);
            }

            return scores;
        }
    }

    /// <summary>Mean of <see cref="PerClass"/> over the classes that the truth holds; NaN where there are none.</summary>
    public double Mean => ConfusionMatrix.Mean(PerClass);

    /// <summary>Counts one photo.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="predicted">Predicted labels, same size.</param>
    /// <param name="ignoreIndex">True label that is not counted.</param>
    /// <exception cref="ArgumentException">Sizes that differ, or a label that is no class; nothing is counted then.</exception>
    public void Add(LabelMap truth, LabelMap predicted, byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        ConfusionMatrix.CheckSizes(truth, predicted);
        new ConfusionMatrix(Classes).Add(truth, predicted, ignoreIndex);
        int height = truth.Height;
        int width = truth.Width;
        byte[] guess = [.. predicted.Labels];
        for (int i = 0; i < guess.Length; i++)
        {
            guess[i] = truth.Labels[i] == ignoreIndex ? ignoreIndex : guess[i];
        }

        int d = _distance ?? Math.Max(1, (int)Math.Round(_ratio * Math.Sqrt((double)height * height + (double)width * width)));
        bool[] truthInside = Inside(truth.Labels, height, width, d);
        bool[] guessInside = Inside(guess, height, width, d);
        for (int i = 0; i < guess.Length; i++)
        {
            byte t = truth.Labels[i];
            if (t == ignoreIndex)
            {
                continue;
            }

            _truth[t] += truthInside[i] ? 0 : 1;
            _predicted[guess[i]] += guessInside[i] ? 0 : 1;
            _intersection[t] += t == guess[i] && !truthInside[i] && !guessInside[i] ? 1 : 0;
        }
    }

    /// <summary>Adds what another instance counted.</summary>
    /// <param name="other">Same number of classes; not changed.</param>
    /// <exception cref="ArgumentException">Another number of classes.</exception>
    public void Merge(BoundaryIoU other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes)
        {
            throw new ArgumentException($"other: expected {Classes} classes, got {other.Classes}", nameof(other));
        }

        for (int c = 0; c < Classes; c++)
        {
            _intersection[c] += other._intersection[c];
            _truth[c] += other._truth[c];
            _predicted[c] += other._predicted[c];
        }
    }

    // A pixel is inside when the square of radius d around it holds one label only and lies in the photo. A run of
    // 2d + 1 equal labels in a row ends d columns after the centre of such a row; a run of 2d + 1 such centres of one
    // label in a column ends d rows after the centre of such a square.
    private static bool[] Inside(byte[] labels, int height, int width, int d)
    {
        bool[] inside = new bool[labels.Length];
        int[] column = new int[width];
        bool[] rowInside = new bool[width];
        long side = 2L * d + 1;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = labels.AsSpan(y * width, width);
            Array.Clear(rowInside);
            int run = 0;
            for (int x = 0; x < width; x++)
            {
                run = x > 0 && row[x] == row[x - 1] ? run + 1 : 1;
                if (run >= side)
                {
                    rowInside[x - d] = true;
                }
            }

            for (int x = 0; x < width; x++)
            {
                bool goesOn = column[x] > 0 && labels[(y - 1) * width + x] == row[x];
                column[x] = !rowInside[x] ? 0 : goesOn ? column[x] + 1 : 1;
                if (column[x] >= side)
                {
                    inside[(y - d) * width + x] = true;
                }
            }
        }

        return inside;
    }
}
