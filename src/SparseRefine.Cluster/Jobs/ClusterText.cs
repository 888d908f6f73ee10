using System.Text.RegularExpressions;

namespace SparseRefine.Cluster;

/// <summary>Forms of the texts that messages and job.json are made of.</summary>
internal static partial class ClusterText
{
    /// <summary>Whether a text is a SHA-256.</summary>
    public static bool IsHash(string? text) => text is not null && Hash().IsMatch(text);

    /// <summary>Whether a text is a job's name.</summary>
    public static bool IsJob(string? text) => text is not null && Job().IsMatch(text);

    /// <summary>Whether a text can be a queue's name; its dead letters' has five characters more.</summary>
    public static bool IsQueue(string? text) => text is not null && Queue().IsMatch(text);

    /// <summary>An exception's text as one line.</summary>
    public static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Hash();

    [GeneratedRegex(@"^[0-9a-f]{16}\z")]
    private static partial Regex Job();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}\z")]
    private static partial Regex Queue();
}
