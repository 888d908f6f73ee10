using System.Text;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Joins the journals of a job's slices into one, which a job over all photos can resume.</summary>
public static class JournalMerge
{
    private const int MostNamed = 20;

    /// <summary>Merges journals. Model and results must be the same, every slice there once, every photo once and in its slice.</summary>
    /// <param name="journals">The slices' journals, in any order: files, or addresses of objects.</param>
    /// <param name="output">The journal to write, a file or an address; replaced. Written whole or not at all.</param>
    /// <param name="openStore">Opens the containers of addresses, once each; disposed at the end. Null: paths only.</param>
    /// <returns>Photos in the merged journal.</returns>
    /// <exception cref="InvalidInputException">Journals that do not belong together or are not complete; files and what differs are named.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or a store cannot be used.</exception>
    public static long Merge(IReadOnlyList<string> journals, string output, Func<StoreAddress, ObjectStore>? openStore = null)
    {
        ArgumentNullException.ThrowIfNull(journals);
        ArgumentException.ThrowIfNullOrEmpty(output);
        JobFiles files = new(openStore);
        try
        {
            return Merge(journals, output, files);
        }
        finally
        {
            files.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static long Merge(IReadOnlyList<string> journals, string output, JobFiles files)
    {
        using LockedJournals held = new(journals.Where(journal => !StoreAddress.IsAddress(journal)));
        JournalHeader[] headers = [.. journals.Select(journal =>
        {
            using Stream content = Open(journal, files);
            return JournalFile.ReadHeader(new JournalLines(content), journal);
        })];
        ThrowUnlessWhole(journals, headers);
        if (StoreAddress.IsAddress(output))
        {
            return Put(journals, headers, StoreAddress.Parse(output), files);
        }

        output = Path.GetFullPath(output);
        Directory.CreateDirectory(Path.GetDirectoryName(output) ?? output);
        held.Add(output);
        string temporary = JobFolder.ClearTemporary(output);
        try
        {
            using AtomicFile file = AtomicFile.Create(output, temporary);
            long photos = Write(journals, headers, files, file.Stream);
            file.Commit();
            return photos;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    // Merged in a temporary file that is never committed.
    private static long Put(IReadOnlyList<string> journals, JournalHeader[] headers, StoreAddress output, JobFiles files)
    {
        using AtomicFile file = AtomicFile.Create(Path.Combine(Path.GetTempPath(), "journal.jsonl"));
        long photos = Write(journals, headers, files, file.Stream);
        file.Stream.Position = 0;
        files.ContainerOf(output).PutAsync(output.Prefix, file.Stream, replace: true).GetAwaiter().GetResult();
        return photos;
    }

    private static Stream Open(string journal, JobFiles files)
    {
        try
        {
            return StoreAddress.IsAddress(journal) ? files.Open(journal) : JournalFile.Open(journal);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(journal, "a journal", "no such object", e);
        }
    }

    private static IEnumerable<JournalEntry> Read(string journal, JobFiles files)
    {
        using Stream content = Open(journal, files);
        foreach (JournalEntry entry in JournalFile.Read(content, journal))
        {
            yield return entry;
        }
    }

    /// <summary>What a journal was made with, where that is another than expected; null where it is the same.</summary>
    internal static string? Difference(JournalHeader found, JournalHeader expected)
    {
        if (found.Model != expected.Model)
        {
            return $"model {found.Model[..Math.Min(12, found.Model.Length)]}... ({found.ModelFile}) instead of {expected.Model[..12]}... ({expected.ModelFile})";
        }

        if (found.Results != expected.Results)
        {
            return $"results {Words(found.Results)} instead of {Words(expected.Results)}";
        }

        return found.Shard == expected.Shard ? null : $"shard {Words(found.Shard)} instead of {Words(expected.Shard)}";
    }

    private static void ThrowUnlessWhole(IReadOnlyList<string> journals, JournalHeader[] headers)
    {
        if (headers.Length == 0)
        {
            throw new InvalidInputException("journals", "the journals of a job's slices", "none");
        }

        int count = headers[0].Shard?.Count ?? 1;
        string?[] byIndex = new string?[count];
        for (int i = 0; i < headers.Length; i++)
        {
            Shard shard = headers[i].Shard ?? new Shard(0, 1);
            if (Difference(headers[i], headers[0] with { Shard = headers[i].Shard }) is string difference)
            {
                throw new InvalidInputException(journals[i], $"what {journals[0]} was made with", difference);
            }

            if (shard.Count != count)
            {
                throw new InvalidInputException(journals[i], $"a slice of {count} as {journals[0]}", $"{shard}");
            }

            if (byIndex[shard.Index] is string other)
            {
                throw new InvalidInputException(journals[i], "each slice once", $"{shard} in {other}, too");
            }

            byIndex[shard.Index] = journals[i];
        }

        string[] missing = [.. Enumerable.Range(0, count).Where(i => byIndex[i] is null).Select(i => $"{i}/{count}")];
        if (missing.Length > 0)
        {
            string more = missing.Length > MostNamed ? $" and {missing.Length - MostNamed} more" : "";
            throw new InvalidInputException("journals", $"all {count} slices", $"none of {string.Join(", ", missing.Take(MostNamed))}{more}");
        }
    }

    private static long Write(IReadOnlyList<string> journals, JournalHeader[] headers, JobFiles files, Stream file)
    {
        long photos = 0;
        file.Write(Encoding.UTF8.GetBytes((headers[0] with { Shard = null, Time = DateTime.UtcNow }).ToJson() + '\n'));
        for (int i = 0; i < journals.Count; i++)
        {
            // Slices are disjoint: a photo that is there twice is twice in one journal, so the ids of one at a time are enough.
            IdSet ids = new();
            foreach (JournalEntry entry in Read(journals[i], files))
            {
                if (headers[i].Shard?.Has(entry.Id) == false)
                {
                    throw new InvalidInputException(journals[i], $"photos of slice {headers[i].Shard}", $"'{entry.Id}' of another");
                }

                if (entry.Model != headers[i].Model)
                {
                    throw new InvalidInputException(journals[i], $"answers of model {headers[i].Model}", $"'{entry.Id}' of model {entry.Model}");
                }

                ids.Add(entry.Id);
                file.Write(Encoding.UTF8.GetBytes(entry.ToJson() + '\n'));
                photos++;
            }

            if (!ids.Seal())
            {
                ThrowTwice(journals[i], files);
            }
        }

        return photos;
    }

    private static void ThrowTwice(string journal, JobFiles files)
    {
        HashSet<UInt128> seen = [];
        foreach (JournalEntry entry in Read(journal, files))
        {
            if (!seen.Add(IdSet.Hash(entry.Id)))
            {
                throw new InvalidInputException(journal, "each photo once", $"'{entry.Id}' twice");
            }
        }
    }

    private static string Words(Shard? shard) => shard?.ToString() ?? "none";

    private static string Words(ScoringResults results) =>
        $"{results.IndexBits} bits{(results.Overlay ? ", overlay" : "")}{(results.Entropy ? ", entropy" : "")}{(results.Mask ? ", mask" : "")}";
}
