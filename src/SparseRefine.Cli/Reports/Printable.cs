using System.Globalization;
using System.Text;

namespace SparseRefine.Cli.Reports;

/// <summary>Names that others chose, as text for terminals and logs: no name moves the cursor, colors what follows or forges a line.</summary>
internal static class Printable
{
    /// <summary>Escapes control characters, line and paragraph separators and marks that turn the direction of writing.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>One line; such a character as \u001B.</returns>
    public static string Of(string text)
    {
        if (!text.Any(IsUnprintable))
        {
            return text;
        }

        StringBuilder line = new();
        foreach (char c in text)
        {
            _ = IsUnprintable(c) ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : line.Append(c);
        }

        return line.ToString();
    }

    private static bool IsUnprintable(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
