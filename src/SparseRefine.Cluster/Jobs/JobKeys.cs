using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>
/// The one rule for where a job's things lie in its store. A slice is called <c>i-of-n</c>. Results, failures, journals and parts are
/// those that a <see cref="ScoringJob"/> with an <see cref="ScoringOptions.OutputStore"/> writes.
/// <list type="table">
/// <item><term>job.json</term><description><see cref="ClusterJob"/>; put once, after the lists: a job without is none.</description></item>
/// <item><term>models/HASH.sparserefine</term><description>The model; HASH is the SHA-256 of its bytes.</description></item>
/// <item><term>lists/i-of-n.jsonl</term><description>The slice's photos: JSON lines with id and path.</description></item>
/// <item><term>results/HASH/NAME.png</term><description>The results, HASH being the first 16 characters of the model's; each put once.</description></item>
/// <item><term>failed/i-of-n.jsonl</term><description>The slice's photos that could not be scored.</description></item>
/// <item><term>journals/i-of-n.jsonl</term><description>The slice's journal, put once, last: the mark that the slice is done.</description></item>
/// <item><term>parts/i-of-n/...</term><description>What is scored of a slice that is not done; gone once it is.</description></item>
/// </list>
/// </summary>
public static class JobKeys
{
    /// <summary>The description of the job.</summary>
    public const string Job = "job.json";

    /// <summary>What the keys of lists begin with.</summary>
    public const string Lists = "lists/";

    /// <summary>What the keys of journals begin with.</summary>
    public const string Journals = "journals/";

    private const string Lines = ".jsonl";

    /// <summary>The list of a slice.</summary>
    /// <param name="slice">The slice.</param>
    /// <returns>Its key.</returns>
    public static string List(Shard slice) => Lists + Name(slice) + Lines;

    /// <summary>The journal of a slice.</summary>
    /// <param name="slice">The slice.</param>
    /// <returns>Its key.</returns>
    public static string Journal(Shard slice) => Journals + Name(slice) + Lines;

    /// <summary>The model.</summary>
    /// <param name="hash">SHA-256 of its bytes, lower-case hexadecimal.</param>
    /// <returns>Its key.</returns>
    public static string Model(string hash) => $"models/{hash}.sparserefine";

    /// <summary>The slice whose journal has a key.</summary>
    /// <param name="key">A key below <see cref="Journals"/>.</param>
    /// <param name="count">Slices of the job.</param>
    /// <returns>The slice's index; null for another key.</returns>
    public static int? IndexOfJournal(string key, int count)
    {
        ArgumentNullException.ThrowIfNull(key);
        string end = $"-of-{count}{Lines}";
        return key.StartsWith(Journals, StringComparison.Ordinal) && key.EndsWith(end, StringComparison.Ordinal)
            && int.TryParse(key.AsSpan()[Journals.Length..^end.Length], System.Globalization.NumberStyles.None, null, out int index)
            && index < count && key == Journal(new Shard(index, count)) ? index : null;
    }

    private static string Name(Shard slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        return slice.FileName;
    }
}
