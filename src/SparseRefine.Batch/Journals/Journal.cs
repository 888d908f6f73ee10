using System.Text;
using System.Text.Json;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// A job's journal open for appending. It holds whole lines only: each append is written and flushed to the disk, and cut off again where that fails; a line that a
/// killed process left half written (a torn line) is cut off when the journal is opened. One process writes at a time; within it appends are thread-safe.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private long _length;
    private bool _isClosed;

    private Journal(FileStream file, long length)
    {
        _file = file;
        _length = length;
    }

    /// <summary>Begins a journal, which must not be there: its header appears whole or not at all.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="header">The first line.</param>
    /// <returns>The journal.</returns>
    public static Journal Create(JobFolder folder, JournalHeader header)
    {
        using AtomicFile file = folder.CreateFile(folder.JournalFile);
        file.Stream.Write(Encoding.UTF8.GetBytes(header.ToJson() + '\n'));
        file.Commit();
        return Continue(folder.JournalFile, _ => { });
    }

    /// <summary>Opens a journal to go on, and cuts off a torn end.</summary>
    /// <param name="path">The journal, with its header.</param>
    /// <param name="onId">Called with each id that is in it.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="InvalidInputException">A line that is not one, with good ones after it: damage that no killed run explains.</exception>
    public static Journal Continue(string path, Action<string> onId)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1);
        try
        {
            JournalLines lines = new(file);
            _ = JournalFile.ReadHeader(lines, path);
            long length = lines.LineEnd;
            int number = 1;
            int? bad = null;
            while (lines.TryRead(out ReadOnlyMemory<byte> line))
            {
                number++;
                if (!TryReadId(line.Span, onId))
                {
                    bad ??= number;
                }
                else if (bad is int place)
                {
                    throw new InvalidInputException($"{path}, line {place}", "the line of a photo", "something else, with whole lines after it");
                }
                else
                {
                    length = lines.LineEnd;
                }
            }

            file.SetLength(length);
            file.Position = length;
            file.Flush(flushToDisk: true);
            return new Journal(file, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends lines and makes them durable. When it throws, none of them is there.</summary>
    /// <param name="entries">The photos.</param>
    public void Append(IReadOnlyList<JournalEntry> entries) => Append(string.Concat(entries.Select(e => e.ToJson() + '\n')));

    /// <inheritdoc cref="Append(IReadOnlyList{JournalEntry})"/>
    public void Append(IReadOnlyList<FailedEntry> entries) => Append(string.Concat(entries.Select(e => e.ToJson() + '\n')));

    /// <summary>Begins a failures file, which has no header.</summary>
    /// <param name="path">The file; emptied.</param>
    /// <returns>The file.</returns>
    public static Journal CreateFailures(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1), 0);

    /// <summary>Closes the file; a thread that appends afterwards gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_file)
        {
            _isClosed = true;
            _file.Dispose();
        }
    }

    private void Append(string lines)
    {
        lock (_file)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            byte[] bytes = Encoding.UTF8.GetBytes(lines);
            if (RandomAccess.GetLength(_file.SafeFileHandle) is long length && length != _length)
            {
                throw new IOException($"{_file.Name}: expected the {_length} bytes that this job wrote, got {length}; another program has changed it");
            }

            try
            {
                _file.Write(bytes);
                _file.Flush(flushToDisk: true);
                _length += bytes.Length;
            }
            catch
            {
                CutOff();
                throw;
            }
        }
    }

    // Shortening a file works on a full disk as well. Where it fails nevertheless, the next run finds the torn line and cuts it off.
    private void CutOff()
    {
        try
        {
            _file.SetLength(_length);
            _file.Position = _length;
        }
        catch (IOException)
        {
        }
    }

    private static bool TryReadId(ReadOnlySpan<byte> line, Action<string> onId)
    {
        try
        {
            Utf8JsonReader json = new(line);
            string? id = null;
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1 && json.ValueTextEquals("id"u8))
                {
                    json.Read();
                    id = json.GetString();
                }
            }

            if (id is null)
            {
                return false;
            }

            onId(id);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
