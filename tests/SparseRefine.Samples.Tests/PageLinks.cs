using System.Text.RegularExpressions;

namespace SparseRefine.Samples.Tests;

/// <summary>Links and anchors of Markdown pages.</summary>
internal static partial class PageLinks
{
    /// <summary>The links of a page but those to other sites: a file relative to the page's folder, empty for the page itself, and an anchor in it, or empty.</summary>
    public static IEnumerable<(string File, string Anchor)> Of(string page) =>
        Link().Matches(Code().Replace(page, "")).Select(link => (Unescaped(link.Groups[1].Value), Unescaped(link.Groups[2].Value)));

    /// <summary>What links can lead to within a page: named anchors, and headings as sites of repositories name them.</summary>
    public static HashSet<string> Anchors(string page) =>
    [
        .. Named().Matches(page).Select(name => name.Groups[1].Value),
        .. Heading().Matches(Fence().Replace(page, "")).Select(heading => NoAnchorLetter().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
    ];

    private static string Unescaped(string text) => text.Replace("\\", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\]\((?!https?:|mailto:)((?:[^)#\\]|\\(?!#).)*)(?:\\?#((?:[^)\\]|\\.)*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("<a id=\"([^\"]*)\"")]
    private static partial Regex Named();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchorLetter();
}
