using System.Text;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Joins the journals of a job's slices into one, which a job over all photos can resume.</summary>
public static class JournalMerge
{
    /// <summary>Merges journals. Model and results must be the same, every slice there once, every photo once and in its slice.</summary>
    /// <param name="journals">The slices' journals, in any order.</param>
    /// <param name="output">The journal to write; replaced. Written whole or not at all.</param>
    /// <returns>Photos in the merged journal.</returns>
    /// <exception cref="InvalidInputException">Journals that do not belong together or are not complete; files and what differs are named.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static long Merge(IReadOnlyList<string> journals, string output)
    {
        ArgumentNullException.ThrowIfNull(journals);
        ArgumentException.ThrowIfNullOrEmpty(output);
        using LockedJournals held = new(journals);
        JournalHeader[] headers = [.. journals.Select(JournalFile.ReadHeader)];
        ThrowUnlessWhole(journals, headers);
        output = Path.GetFullPath(output);
        Directory.CreateDirectory(Path.GetDirectoryName(output) ?? output);
        held.Add(output);
        string temporary = JobFolder.ClearTemporary(output);
        try
        {
            using AtomicFile file = AtomicFile.Create(output, temporary);
            long photos = Write(journals, headers, file.Stream);
            file.Commit();
            return photos;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
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
            throw new InvalidInputException("journals", $"all {count} slices", $"none of {string.Join(", ", missing)}");
        }
    }

    private static long Write(IReadOnlyList<string> journals, JournalHeader[] headers, Stream file)
    {
        IdSet ids = new();
        long photos = 0;
        file.Write(Encoding.UTF8.GetBytes((headers[0] with { Shard = null, Time = DateTime.UtcNow }).ToJson() + '\n'));
        for (int i = 0; i < journals.Count; i++)
        {
            foreach (JournalEntry entry in JournalFile.Read(journals[i]))
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
        }

        if (!ids.Seal())
        {
            ThrowTwice(journals);
        }

        return photos;
    }

    // Slices are disjoint, so a photo that is there twice is twice in one journal.
    private static void ThrowTwice(IReadOnlyList<string> journals)
    {
        foreach (string journal in journals)
        {
            HashSet<UInt128> seen = [];
            foreach (JournalEntry entry in JournalFile.Read(journal))
            {
                if (!seen.Add(IdSet.Hash(entry.Id)))
                {
                    throw new InvalidInputException(journal, "each photo once", $"'{entry.Id}' twice");
                }
            }
        }
    }

    private static string Words(Shard? shard) => shard?.ToString() ?? "none";

    private static string Words(ScoringResults results) =>
        $"{results.IndexBits} bits{(results.Overlay ? ", overlay" : "")}{(results.Entropy ? ", entropy" : "")}{(results.Mask ? ", mask" : "")}";
}
