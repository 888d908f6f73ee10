using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.Images;

/// <summary>
/// A dense model's class scores for one photo at the model's own resolution: logits z with p = softmax(z).
/// Probabilities become z = ln(max(p, 1e-10)) before they get here.
/// </summary>
public sealed class LogitMap
{
    /// <summary>Makes a map of <paramref name="values"/>, which the map keeps without a copy.</summary>
    /// <param name="values">[classes, height, width], one plane for each class; must not be changed afterwards.</param>
    /// <param name="classes">Number of classes, at least 2 and at most 255.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">A size out of range, or another number of values than the size needs.</exception>
    public LogitMap(float[] values, int classes, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.LongLength != (long)classes * height * width)
        {
            throw new ArgumentException(
                $"values: expected {classes}x{height}x{width} = {(long)classes * height * width} values, got {values.Length}",
                nameof(values));
        }

        Values = values;
        Classes = classes;
        Height = height;
        Width = width;
    }

    /// <summary>[classes, height, width]: the array itself, not a copy. Must not be changed.</summary>
    public float[] Values { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Rows of a plane.</summary>
    public int Height { get; }

    /// <summary>Columns of a plane.</summary>
    public int Width { get; }

    /// <summary>The dense model's inner features for the same photo, where they were asked for; null: none.</summary>
    public FeatureMap? Features { get; init; }

    /// <summary>The class of the largest logit of every pixel, ties to the lower class, with the logits read at the photo's size as <see cref="LogitSampler"/> reads them.</summary>
    /// <param name="height">Rows of the photo, at least 1.</param>
    /// <param name="width">Columns of the photo, at least 1.</param>
    /// <param name="interpolation">Nearest or bilinear.</param>
    /// <param name="workers">Threads; null: all processors. The result does not depend on their number.</param>
    /// <returns>A new label map.</returns>
    /// <exception cref="ArgumentException">A size below 1, too many pixels, or another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public LabelMap ToLabels(
        int height, int width, Interpolation interpolation = Interpolation.Bilinear, Workers? workers = null)
    {
        LogitScan? scan = null;
        return LogitScan.Label(ref scan, this, height, width, interpolation, workers ?? new Workers());
    }
}
