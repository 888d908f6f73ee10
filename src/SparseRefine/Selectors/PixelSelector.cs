using System.Globalization;
using SparseRefine.Images;

namespace SparseRefine.Selectors;

/// <summary>
/// Text forms of selectors, as options and manifests keep them: <c>entropy:T</c>, <c>fraction:F</c>, <c>margin:M</c>,
/// <c>pixels:N</c>, <c>time:MS</c>, <c>time:MS:COST</c>, <c>random:F:SEED</c>, <c>learned:SHARE</c>, <c>learned:SHARE:SIDE</c> (without weights), each with <c>:nearest</c> or <c>:bilinear</c>
/// (the default) after it. Numbers are invariant.
/// </summary>
public static class PixelSelector
{
    private const string Forms =
        "entropy:T, fraction:F, margin:M, pixels:N, time:MS, time:MS:COST, random:F:SEED, learned:SHARE or learned:SHARE:SIDE, perhaps followed by :nearest";

    /// <summary>Makes the selector a text describes.</summary>
    /// <param name="text">One of the forms above, for example <c>entropy:0.3</c>.</param>
    /// <returns>The selector.</returns>
    /// <exception cref="InvalidInputException">Another form.</exception>
    /// <exception cref="ArgumentException">A value that the selector refuses.</exception>
    public static IPixelSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Trim().Split(':');
        bool hasMode = parts is [_, .., "nearest" or "bilinear"];
        Interpolation mode = parts[^1] == "nearest" ? Interpolation.Nearest : Interpolation.Bilinear;
        string[] numbers = hasMode ? parts[1..^1] : parts[1..];
        return (parts[0], numbers) switch
        {
            ("entropy", [var t]) => new EntropySelector((float)Number(t, text), mode),
            ("fraction", [var f]) => new FractionSelector(Number(f, text), mode),
            ("margin", [var m]) => new MarginSelector((float)Number(m, text), mode),
            ("pixels", [var n]) => new PixelBudgetSelector(WholeNumber(n, text), mode),
            ("time", [var ms]) => new TimeBudgetSelector(Number(ms, text), null, mode),
            ("time", [var ms, var cost]) => new TimeBudgetSelector(Number(ms, text), Number(cost, text), mode),
            ("random", [var f, var seed]) => new RandomSelector(Number(f, text), WholeNumber(seed, text), mode),
            ("learned", [var share]) => new LearnedSelector(Number(share, text), mode: mode),
            ("learned", [var share, var side]) => new LearnedSelector(Number(share, text), WholeNumber(side, text), mode),
            _ => throw Unknown(text),
        };
    }

    internal static string Format(string name, IFormattable value, IFormattable? second, Interpolation mode)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{name}:{value}");
        text = second is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text}:{second}");
        return mode == Interpolation.Nearest ? text + ":nearest" : text;
    }

    private static double Number(string number, string text) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Unknown(text);

    private static int WholeNumber(string number, string text) =>
        int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Unknown(text);

    private static InvalidInputException Unknown(string text) => new("selector", Forms, $"'{text}'");
}
