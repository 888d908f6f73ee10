using SparseRefine.Selectors;

namespace SparseRefine.Cli.Options;

/// <summary>
/// What <c>fit --selector</c> says: a selector, or <c>auto:density=D</c>, <c>auto:knee</c> or <c>auto</c> (the knee), which find an
/// entropy threshold on the validation photos.
/// </summary>
/// <param name="Fixed">The selector; null finds a threshold.</param>
/// <param name="Density">The wanted share of pixels; null takes the knee of the curve.</param>
/// <param name="Least">The threshold is no lower than this, in nats.</param>
internal sealed record SelectorChoice(IPixelSelector? Fixed, double? Density = null, float Least = 0)
{
    /// <summary>What holds where nothing is said, the same as <see cref="MLNet.SparseRefinementTrainer.Options.Selector"/>: entropy above 0.3 nats, or as much more as leaves a quarter of the pixels.</summary>
    public static readonly SelectorChoice Standard = new(null, 0.25, 0.3f);

    private const string DensityForm = "auto:density=";

    /// <summary>Reads the text.</summary>
    /// <param name="text">A selector's text or one of the forms above.</param>
    /// <returns>The choice.</returns>
    /// <exception cref="InvalidInputException">Another text, or a density out of range.</exception>
    public static SelectorChoice Parse(string text)
    {
        if (text is "auto" or "auto:knee")
        {
            return new SelectorChoice(Fixed: null);
        }

        if (text.StartsWith(DensityForm, StringComparison.Ordinal))
        {
            return new SelectorChoice(null, OptionValues.Real(text[DensityForm.Length..], 0, 1));
        }

        if (text.StartsWith("time:", StringComparison.Ordinal) && text.Count(c => c == ':') == 1)
        {
            throw new InvalidInputException("selector", "time:MS:COST, with the milliseconds of a pixel, as the network that a time is measured with is not fitted yet", $"'{text}'");
        }

        return text.StartsWith("auto", StringComparison.Ordinal)
            ? throw new InvalidInputException("selector", "auto:density=D or auto:knee", $"'{text}'")
            : new SelectorChoice(PixelSelector.Parse(text));
    }

    /// <summary>The point of the curve that is wanted.</summary>
    /// <param name="calibration">The counted photos.</param>
    /// <returns>The point.</returns>
    public CalibrationPoint Pick(ThresholdCalibration calibration)
    {
        CalibrationPoint found = Density is double wanted ? calibration.ForDensity(wanted) : calibration.Knee();
        return found.Threshold < Least ? calibration.At(Least) : found;
    }
}
