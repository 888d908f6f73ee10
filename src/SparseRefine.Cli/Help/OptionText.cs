using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using SparseRefine.Networks;

namespace SparseRefine.Cli.Help;

/// <summary>An option in words: the same for help, page, suggestions and files of options.</summary>
internal static partial class OptionText
{
    private const string DefaultMark = "[default: ";

    /// <summary>The option with the form of its value, as <c>--bits 8|16</c>.</summary>
    /// <param name="option">The option.</param>
    public static string Usage(Option option)
    {
        string names = string.Join(", ", [.. option.Aliases.Where(alias => alias.StartsWith('-')).Order(StringComparer.Ordinal), option.Name]);
        return option.HelpName is string form ? $"{names} {form}"
            : IsSwitch(option) ? names
            : $"{names} VALUE";
    }

    /// <summary>The description with the default, if there is one, behind it.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isHere">Whether a default that depends on the machine is told as it is on this one, and not how it depends.</param>
    public static string Description(Option option, bool isHere)
    {
        string text = option.Description ?? "";
        int told = text.IndexOf(DefaultMark, StringComparison.Ordinal);
        return option.Required ? $"{text} [required]"
            : Default(option) is not string standard || (told >= 0 && !isHere) ? text
            : $"{(told < 0 ? text : text[..told].TrimEnd())} {DefaultMark}{standard}]";
    }

    /// <summary>What holds where the option is not given, as one would type it; null: nothing, or nothing that can be typed.</summary>
    /// <param name="option">The option.</param>
    public static string? Default(Option option) => option.HasDefaultValue ? Typed(option, option.GetDefaultValue()) : null;

    /// <summary>What holds where the option is not given, a switch being false then; null as for <see cref="Default"/>.</summary>
    /// <param name="option">The option.</param>
    public static string? Standard(Option option) => Default(option) ?? (option.ValueType == typeof(bool) ? "false" : null);

    /// <summary>Whether the option needs no value.</summary>
    /// <param name="option">The option.</param>
    public static bool IsSwitch(Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(bool?) || option.Arity.MaximumNumberOfValues == 0;

    /// <summary>The words that the option's form offers, as <c>8</c> and <c>16</c> of <c>8|16</c>; none where it only shows what values look like.</summary>
    /// <param name="option">The option.</param>
    public static IReadOnlyList<string> Words(Option option) => Words(option.HelpName);

    /// <summary>The words that a form offers.</summary>
    /// <param name="form">The form of an option's value.</param>
    public static IReadOnlyList<string> Words(string? form)
    {
        string[] parts = form?.Split('|') ?? [];
        return [.. parts.Where(part => Word().IsMatch(part) || (parts.Length > 1 && Number().IsMatch(part)))];
    }

    /// <summary>A value as one would type it; null: nothing, or nothing that can be typed.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">Its value.</param>
    public static string? Typed(Option option, object? value) => value switch
    {
        null or "" => null,
        bool state => state ? "true" : IsSwitch(option) ? null : "false",
        Enum => (option.HelpName ?? "").Split('|', ',').FirstOrDefault(word => word.Replace("-", "", StringComparison.Ordinal).Equals(value.ToString(), StringComparison.OrdinalIgnoreCase)),
        FeatureSpec features => features.Describe(),
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable values => string.Join(',', values.Cast<object>().Select(v => FormattableString.Invariant($"{v}"))),
        _ => null,
    };

    [GeneratedRegex(@"^[a-z][a-z0-9_+-]*(:[a-z0-9=.]+)?$")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\d+(-\d+)?$")]
    private static partial Regex Number();
}
