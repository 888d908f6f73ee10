using System.Text.RegularExpressions;

namespace SparseRefine.Cli.Reports;

/// <summary>Keeps passwords that stand in addresses out of what is printed.</summary>
internal static partial class Secrets
{
    /// <summary>Hides passwords, as that of <c>amqp://user:password@host</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with *** for each.</returns>
    public static string Hide(string text) => text.Contains('@', StringComparison.Ordinal) ? Password().Replace(text, "***") : text;

    /// <summary>Leaves passwords out, so that what is printed is an address of the same user without one.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>For example <c>amqp://user@host</c>.</returns>
    public static string LeaveOut(string text) => Hide(text).Replace(":***@", "@", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<=://[^\s:@/]*:)[^\s@]+(?=@)")]
    private static partial Regex Password();
}
