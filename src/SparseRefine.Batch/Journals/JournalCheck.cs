using System.Text.Json;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Compares a journal with the files that it names, before a job goes on with it: what differs is cut out of the journal, and so is done again.</summary>
/// <param name="folder">The job's folder, with its journal.</param>
/// <param name="results">The files for each photo.</param>
/// <param name="place">Where they are.</param>
/// <param name="files">Looks at photos.</param>
/// <param name="isHashed">Whether results are read and their SHA-256 compared, too, beside their sizes; of stores nothing is looked at otherwise, as each look is a request.</param>
internal sealed class JournalCheck(JobFolder folder, ScoringResults results, ResultPlace place, JobFiles files, bool isHashed)
{
    private readonly List<string> _differences = [];
    private readonly HashSet<long> _outdated = [];
    private readonly IdSet _ids = new();

    /// <summary>The results of the photos that were cut out, as the journal calls them.</summary>
    public List<string> Outdated { get; } = [];

    /// <summary>
    /// Cuts out the photos whose results are gone or not whole, that have been changed since, or that have several lines, and whatever stands at the end without being the line
    /// of a photo. The journal is replaced as a whole or stays as it was.
    /// </summary>
    /// <param name="cancellation">Ends the comparison; nothing is changed then.</param>
    /// <returns>A line for each such photo that says what differs.</returns>
    /// <exception cref="InvalidInputException">A line that is not one, with good ones after it, or one of a newer form.</exception>
    public IReadOnlyList<string> CutOutdated(CancellationToken cancellation)
    {
        using FileStream journal = JournalFile.Open(folder.JournalFile);
        Compare(journal, cancellation);
        if (!_ids.Seal())
        {
            FindDoubled(journal);
        }

        if (_outdated.Count > 0)
        {
            CutOut(journal);
        }

        return _differences;
    }

    private void Compare(FileStream journal, CancellationToken cancellation)
    {
        JournalLines lines = new(journal);
        string model = JournalFile.ReadHeader(lines, folder.JournalFile).Model;
        int? bad = null;
        for (int number = 2; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Parse(line.Span, number) is not JournalEntry entry)
            {
                bad ??= number;
                _outdated.Add(lines.LineEnd);
                continue;
            }

            if (bad is int place)
            {
                throw new InvalidInputException($"{folder.JournalFile}, line {place}", "the line of a photo", "something else, with whole lines after it");
            }

            _ids.Add(entry.Id);
            if (Difference(entry, model) is string difference)
            {
                _outdated.Add(lines.LineEnd);
                _differences.Add($"{entry.Path}: {difference}; it is scored again");
                Outdated.AddRange(entry.Outputs.Keys);
            }
        }
    }

    // Which of two lines is that of the results nobody knows: neither is kept.
    private void FindDoubled(FileStream journal)
    {
        journal.Position = 0;
        JournalLines lines = new(journal);
        Dictionary<string, (long End, int Number)> first = new(StringComparer.Ordinal);
        _ = JournalFile.ReadHeader(lines, folder.JournalFile);
        for (int number = 2; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            if (Parse(line.Span, number) is JournalEntry entry && !first.TryAdd(entry.Id, (lines.LineEnd, number)))
            {
                _outdated.Add(first[entry.Id].End);
                _outdated.Add(lines.LineEnd);
                _differences.Add($"{entry.Path}: expected one line in the journal, got lines {first[entry.Id].Number} and {number}; it is scored again");
            }
        }
    }

    private void CutOut(FileStream journal)
    {
        journal.Position = 0;
        JournalLines lines = new(journal);
        using AtomicFile kept = folder.CreateFile(folder.JournalFile);
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            if (!_outdated.Contains(lines.LineEnd))
            {
                kept.Stream.Write(line.Span);
                kept.Stream.WriteByte((byte)'\n');
            }
        }

        kept.Commit();
    }

    private JournalEntry? Parse(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JournalFile.ParseLine(line, folder.JournalFile, number);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Difference(JournalEntry entry, string model)
    {
        if (entry.Model != model)
        {
            return $"expected an answer of model {model}, got one of {entry.Model}";
        }

        if (results.Names(entry.Id).Select(place.KeyOf).FirstOrDefault(key => !entry.Outputs.ContainsKey(key)) is string missing)
        {
            return $"expected the result {missing} in its line of the journal, got none";
        }

        foreach ((string key, string hash) in entry.Outputs)
        {
            long? bytes = entry.OutputBytes?.TryGetValue(key, out long length) == true ? length : null;
            if (place.Difference(key, bytes, isHashed ? hash : null) is string difference)
            {
                return difference;
            }
        }

        // A photo that is gone has not changed: its results stay good.
        bool isSame = (StoreAddress.IsAddress(entry.Path) && !isHashed) || files.Status(entry.Path) is not FileStatus input
            || ((entry.InputBytes ?? input.Length) == input.Length && (entry.InputTime ?? input.Changed) == input.Changed);
        return isSame ? null : "expected the photo that was scored, got one that was changed since";
    }
}
