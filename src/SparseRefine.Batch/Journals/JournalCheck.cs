using System.Security.Cryptography;
using System.Text.Json;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Compares a journal with the files that it names, before a job goes on with it: what differs is cut out of the journal, and so is done again.</summary>
internal static class JournalCheck
{
    /// <summary>Cuts out the photos whose results are gone or not whole, or that have been changed since. The journal is replaced as a whole or stays as it was.</summary>
    /// <param name="folder">The job's folder, with its journal.</param>
    /// <param name="isHashed">Whether results are read and their SHA-256 compared, too, beside their sizes.</param>
    /// <param name="cancellation">Ends the comparison; nothing is changed then.</param>
    /// <returns>A line for each such photo that says what differs.</returns>
    public static IReadOnlyList<string> CutOutdated(JobFolder folder, bool isHashed, CancellationToken cancellation)
    {
        List<string> differences = [];
        HashSet<long> outdated = [];
        using FileStream journal = JournalFile.Open(folder.JournalFile);
        JournalLines lines = new(journal);
        string model = JournalFile.ReadHeader(lines, folder.JournalFile).Model;
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Parse(line.Span) is JournalEntry entry && Difference(entry, model, folder.Root, isHashed) is string difference)
            {
                outdated.Add(lines.LineEnd);
                differences.Add($"{entry.Path}: {difference}; it is scored again");
            }
        }

        if (outdated.Count > 0)
        {
            journal.Position = 0;
            lines = new JournalLines(journal);
            using AtomicFile kept = folder.CreateFile(folder.JournalFile);
            while (lines.TryRead(out ReadOnlyMemory<byte> line))
            {
                if (!outdated.Contains(lines.LineEnd))
                {
                    kept.Stream.Write(line.Span);
                    kept.Stream.WriteByte((byte)'\n');
                }
            }

            kept.Commit();
        }

        return differences;
    }

    // What is no line of a photo is the journal's to judge when it is opened.
    private static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BatchJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Difference(JournalEntry entry, string model, string root, bool isHashed)
    {
        if (entry.Model != model)
        {
            return $"expected an answer of model {model}, got one of {entry.Model}";
        }

        foreach ((string name, string hash) in entry.Outputs)
        {
            string path = Path.Combine(root, name);
            if (FileStatus.Of(path) is not FileStatus { Kind: FileKind.File } output)
            {
                return $"expected the result {name} that the journal names, got no such file";
            }

            if (entry.OutputBytes?.TryGetValue(name, out long bytes) == true && bytes != output.Length)
            {
                return $"expected the result {name} of {bytes} bytes, got {output.Length}";
            }

            if (isHashed && Hash(path) != hash)
            {
                return $"expected the result {name} as the journal has its hash, got other content";
            }
        }

        // A photo that is gone has not changed: its results stay good.
        bool isSame = FileStatus.Of(entry.Path) is not FileStatus input
            || ((entry.InputBytes ?? input.Length) == input.Length && (entry.InputTime ?? input.Changed) == input.Changed);
        return isSame ? null : "expected the photo that was scored, got one that was changed since";
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
