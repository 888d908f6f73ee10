using System.Collections;
using System.Runtime.CompilerServices;

namespace SparseRefine;

/// <summary>
/// Checks a value where an option is set: <c>init => field = Checked.That(value, value >= 1, "at least 1")</c>. The message names the property, what
/// was expected and what came.
/// </summary>
internal static class Checked
{
    /// <summary>The value, if it is as expected.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static T That<T>(T value, bool holds, string expected, [CallerMemberName] string name = "")
    {
        if (holds)
        {
            return value;
        }

        string got = value switch
        {
            null or "" => "none",
            IEnumerable values and not string => string.Join(",", values.Cast<object>().Select(v => FormattableString.Invariant($"{v}"))),
            _ => FormattableString.Invariant($"{value}"),
        };
        throw new ArgumentException($"{name}: expected {expected}, got {got}");
    }

    /// <summary>A value that is there.</summary>
    /// <exception cref="ArgumentException">It is null.</exception>
    public static T Given<T>(T value, [CallerMemberName] string name = "")
        where T : class => That(value, value is not null, "a value", name);

    /// <summary>A text of at least one character, such as a column's name.</summary>
    /// <exception cref="ArgumentException">It is null or empty.</exception>
    public static string Name(string value, [CallerMemberName] string name = "") => That(value, !string.IsNullOrEmpty(value), "a name", name);

    /// <summary>One of an enumeration's values.</summary>
    /// <exception cref="ArgumentException">It is another number.</exception>
    public static T Defined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum => That(value, Enum.IsDefined(value), $"one of {string.Join(", ", Enum.GetNames<T>())}", name);
}
