using System.Globalization;
using SparseRefine.Images;

namespace SparseRefine.Selectors;

/// <summary>
/// Text forms of selectors, as options and manifests keep them: <c>entropy:T</c>, <c>fraction:F</c>, <c>margin:M</c>,
/// <c>random:F:SEED</c>, each with <c>:nearest</c> or <c>:bilinear</c> (the default) after it. Numbers are invariant.
/// </summary>
public static class PixelSelector
{
    private const string Forms = "entropy:T, fraction:F, margin:M or random:F:SEED, perhaps followed by :nearest";

    /// <summary>Makes the selector a text describes.</summary>
    /// <param name="text">One of the forms above, for example <c>entropy:0.3</c>.</param>
    /// <returns>The selector.</returns>
    /// <exception cref="ArgumentException">Another form, or a value that the selector refuses.</exception>
    public static IPixelSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Trim().Split(':');
        int numbers = parts[0] == "random" ? 2 : 1;
        if (parts.Length != numbers + 1 && parts.Length != numbers + 2)
        {
            throw Unknown(text);
        }

        Interpolation mode = parts.Length == numbers + 1 ? Interpolation.Bilinear : parts[^1] switch
        {
            "nearest" => Interpolation.Nearest,
            "bilinear" => Interpolation.Bilinear,
            _ => throw Unknown(text),
        };
        if (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            throw Unknown(text);
        }

        switch (parts[0])
        {
            case "entropy":
                return new EntropySelector((float)value, mode);
            case "fraction":
                return new FractionSelector(value, mode);
            case "margin":
                return new MarginSelector((float)value, mode);
            case "random" when int.TryParse(
                parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed):
                return new RandomSelector(value, seed, mode);
            default:
                throw Unknown(text);
        }
    }

    internal static string Format(string name, IFormattable value, int? seed, Interpolation mode)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{name}:{value}");
        text = seed is int s ? string.Create(CultureInfo.InvariantCulture, $"{text}:{s}") : text;
        return mode == Interpolation.Nearest ? text + ":nearest" : text;
    }

    private static ArgumentException Unknown(string text)
        => new($"text: expected {Forms}, got '{text}'", nameof(text));
}
