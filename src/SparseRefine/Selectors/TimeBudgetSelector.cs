using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects as many pixels of highest entropy as extraction and ensembling can process in a given time:
/// floor(milliseconds / milliseconds a pixel). With a cost of its own (text form <c>time:MS:COST</c>) it is as deterministic as
/// a <see cref="PixelBudgetSelector"/>; without one (<c>time:MS</c>) it must be calibrated first, and then the number depends on the machine.
/// </summary>
/// <remarks>The cost is taken as proportional to the number of pixels; the dense model and the selection itself are not in the budget.</remarks>
internal sealed class TimeBudgetSelector : IScanSelector
{
    private LogitScan? _idle;

    /// <summary>Sets budget and cost.</summary>
    /// <param name="milliseconds">Time a photo, above 0.</param>
    /// <param name="millisecondsPerPixel">What a pixel costs, above 0; null: not known yet.</param>
    /// <param name="mode">How logits are brought to the photo's size: nearest or bilinear.</param>
    /// <exception cref="ArgumentException">A value that is not above 0 or not finite, or another mode.</exception>
    public TimeBudgetSelector(
        double milliseconds, double? millisecondsPerPixel = null, Interpolation mode = Interpolation.Bilinear)
    {
        ThrowUnlessPositive(milliseconds, nameof(milliseconds));
        if (millisecondsPerPixel is double cost)
        {
            ThrowUnlessPositive(cost, nameof(millisecondsPerPixel));
        }

        LogitSampler.ThrowUnlessSampling(mode);
        Milliseconds = milliseconds;
        MillisecondsPerPixel = millisecondsPerPixel;
        Mode = mode;
    }

    /// <summary>Time a photo.</summary>
    public double Milliseconds { get; }

    /// <summary>What a pixel costs; null before calibration.</summary>
    public double? MillisecondsPerPixel { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <summary>The same budget with a cost that was measured on this machine.</summary>
    /// <param name="refiner">The refiner whose extraction and ensembling are timed; its own selector is not used.</param>
    /// <param name="image">A photo of the usual kind and size.</param>
    /// <param name="logits">The dense model's scores for it.</param>
    /// <param name="workers">The threads that will be used.</param>
    /// <returns>A selector with a cost. Takes about as long as refining a twentieth of the photo three times.</returns>
    /// <exception cref="ArgumentException">Logits of another number of classes.</exception>
    public TimeBudgetSelector Calibrate(SparseRefiner refiner, ImageView image, LogitMap logits, Workers workers)
    {
        return new(Milliseconds, RefinementCost.MillisecondsPerPixel(refiner, image, logits, workers), Mode);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The cost of a pixel is not known yet.</exception>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        IScanSelector.Select(this, ref _idle, logits, height, width, workers);

    void IScanSelector.Scan(LogitScan scan, Workers workers)
    {
        double cost = MillisecondsPerPixel ?? throw new InvalidOperationException(
            $"selector '{Describe()}': expected a cost per pixel (time:MS:COST, or Calibrate first), got none");
        scan.SelectTopEntropies((int)Math.Min(scan.Pixels, Math.Floor(Milliseconds / cost)), workers);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("time", Milliseconds, MillisecondsPerPixel, Mode);

    private static void ThrowUnlessPositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentException($"{name}: expected a finite value above 0, got {value}", name);
        }
    }
}
