using System.Runtime.CompilerServices;

namespace SparseRefine.Training;

/// <summary>
/// Ranges of <see cref="PhotometricDistortion"/>; the defaults are those common in training segmentation models.
/// Immutable; each value is checked when it is set.
/// </summary>
internal sealed class PhotometricOptions
{
    /// <summary>Brightness adds a number from -delta to delta to every byte, 0 to 255.</summary>
    public double BrightnessDelta { get; init => field = Within(value, 255); } = 32;

    /// <summary>Contrast multiplies every byte by 1 - range to 1 + range, 0 to 1.</summary>
    public double ContrastRange { get; init => field = Within(value, 1); } = 0.5;

    /// <summary>Saturation (the S of HSV) is multiplied by 1 - range to 1 + range and stops at full, 0 to 1.</summary>
    public double SaturationRange { get; init => field = Within(value, 1); } = 0.5;

    /// <summary>Hue (the H of HSV) turns by -delta to delta degrees, 0 to 180.</summary>
    public double HueDelta { get; init => field = Within(value, 180); } = 36;

    /// <summary>The same ranges made smaller.</summary>
    /// <param name="strength">Factor on each range, 0 to 1.</param>
    /// <returns>New options.</returns>
    /// <exception cref="ArgumentException">A factor that is out of range.</exception>
    public PhotometricOptions Times(double strength)
    {
        Within(strength, 1, nameof(strength));
        return new PhotometricOptions
        {
            BrightnessDelta = BrightnessDelta * strength,
            ContrastRange = ContrastRange * strength,
            SaturationRange = SaturationRange * strength,
            HueDelta = HueDelta * strength,
        };
    }

    private static double Within(double value, double highest, [CallerMemberName] string name = "") => Checked.That(
        value, value >= 0 && value <= highest, FormattableString.Invariant($"0 to {highest}"), name);
}
