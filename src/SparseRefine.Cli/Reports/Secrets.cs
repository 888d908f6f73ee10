using System.Text.RegularExpressions;

namespace SparseRefine.Cli.Reports;

/// <summary>Keeps passwords that stand in addresses out of what is printed.</summary>
internal static partial class Secrets
{
    /// <summary>Hides passwords, as that of <c>amqp://user:password@host</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with *** for each.</returns>
    public static string Hide(string text) => text.Contains('@', StringComparison.Ordinal) ? Password().Replace(text, "***") : text;

    [GeneratedRegex(@"(?<=://[^\s:@/]*:)[^\s@]+(?=@)")]
    private static partial Regex Password();
}
