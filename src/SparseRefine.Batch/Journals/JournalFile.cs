using System.Text.Json;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Reads journals, also one that a job is writing. A last line without its end, which a killed or a running job may have left, is ignored.</summary>
public static class JournalFile
{
    /// <summary>Reads the first line.</summary>
    /// <param name="path">A journal.</param>
    /// <returns>What its photos were scored with.</returns>
    /// <exception cref="InvalidInputException">Not a journal, or one of a newer form.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static JournalHeader ReadHeader(string path)
    {
        using FileStream file = Open(path);
        return ReadHeader(new JournalLines(file), path);
    }

    /// <summary>Reads the photos' lines one after the other.</summary>
    /// <param name="path">A journal.</param>
    /// <returns>The lines in the order in which the photos were done.</returns>
    /// <exception cref="InvalidInputException">Not a journal, or a line that is not one, named by its number.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static IEnumerable<JournalEntry> Read(string path)
    {
        using FileStream file = Open(path);
        foreach (JournalEntry entry in Read(file, path))
        {
            yield return entry;
        }
    }

    internal static IEnumerable<JournalEntry> Read(Stream file, string path)
    {
        JournalLines lines = new(file);
        _ = ReadHeader(lines, path);
        for (int number = 2; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            yield return Parse(line.Span, path, number);
        }
    }

    internal static JournalHeader ReadHeader(JournalLines lines, string path)
    {
        JournalHeader? header = null;
        if (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            try
            {
                // Some editors put a byte order mark before it.
                header = JsonSerializer.Deserialize(line.Span.StartsWith("\uFEFF"u8) ? line.Span[3..] : line.Span, BatchJson.Default.JournalHeader);
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                throw new InvalidInputException($"{path}, line 1", "the header of a journal", OneLine.Of(e.Message), e);
            }
        }

        if (header?.Journal != new JournalHeader { Model = "", ModelFile = "", Results = new(), Time = default }.Journal)
        {
            throw new InvalidInputException(path, "a journal of scored photos", "another file");
        }

        return header.Schema == JournalEntry.CurrentSchema
            ? header
            : throw new InvalidInputException(path, $"schema {JournalEntry.CurrentSchema}", $"{header.Schema}");
    }

    internal static FileStream Open(string path) => FileStatus.Of(path) switch
    {
        null => throw new InvalidInputException(path, "a journal", "no such file"),
        { Kind: FileKind.File } => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1),
        FileStatus other => throw new InvalidInputException(path, "a journal", other.Kind == FileKind.Folder ? "a folder" : "no file: a pipe, socket or device"),
    };

    /// <summary>Reads the line of a photo.</summary>
    /// <param name="line">The line.</param>
    /// <param name="path">The journal, for the message.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <returns>The photo.</returns>
    /// <exception cref="JsonException">Not the line of a photo.</exception>
    /// <exception cref="InvalidInputException">A line of a newer form.</exception>
    internal static JournalEntry ParseLine(ReadOnlySpan<byte> line, string path, int number)
    {
        JournalEntry entry = JsonSerializer.Deserialize(line, BatchJson.Default.JournalEntry) ?? throw new JsonException("null");
        return entry.Schema == JournalEntry.CurrentSchema
            ? entry
            : throw new InvalidInputException($"{path}, line {number}", $"schema {JournalEntry.CurrentSchema}", $"{entry.Schema}");
    }

    internal static JournalEntry Parse(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return ParseLine(line, path, number);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}, line {number}", "the line of a photo", OneLine.Of(e.Message), e);
        }
    }
}
