using System.Text;
using System.Text.Json;
using nietras.SeparatedValues;

namespace SparseRefine.Batch;

/// <summary>Reads lists of photos: paths, CSV or JSON lines, told apart by their first line.</summary>
internal static class InputList
{
    /// <summary>Reads one line after the other.</summary>
    /// <param name="reader">The list. Not closed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="root">What relative paths and ids are relative to.</param>
    /// <param name="isNulDivided">Whether NUL characters divide paths, and nothing else does.</param>
    /// <returns>The photos. Blank lines are skipped.</returns>
    /// <exception cref="InvalidInputException">A line of another form, named.</exception>
    public static IEnumerable<WorkItem> Read(TextReader reader, string name, string root, bool isNulDivided = false)
    {
        string? first = isNulDivided ? null : reader.ReadLine()?.TrimStart('\uFEFF');
        IEnumerable<(string Where, string? Id, string? Path, WorkItem? Failed)> entries = isNulDivided ? Plain(Names(reader, name)) : first is null ? []
            : first.TrimStart().StartsWith('{') ? Lines(first, reader, name).Select(line => Json(line.Text, line.Where))
            : Columns(first, $"{name}, line 1") is (int id, int path, int count) ? Plain(Csv(reader, name, id, path, count))
            : Lines(first, reader, name).Select(line => (line.Where, (string?)null, (string?)line.Text, (WorkItem?)null));
        foreach ((string where, string? givenId, string? givenPath, WorkItem? failed) in entries)
        {
            if (failed is WorkItem item)
            {
                yield return item;
                continue;
            }

            if (givenPath?.Contains('\uFFFD', StringComparison.Ordinal) == true)
            {
                throw new InvalidInputException(where, "UTF-8 text", "bytes of another encoding");
            }

            if (givenPath?.Contains('\0', StringComparison.Ordinal) == true)
            {
                throw new InvalidInputException(where, "a path (names divided by NUL, as find -print0 prints them: --list0)", "a NUL character");
            }

            if (string.IsNullOrWhiteSpace(givenPath))
            {
                throw new InvalidInputException(where, "a path", "none");
            }

            string full = Full(givenPath, root, where);
            yield return new WorkItem(string.IsNullOrWhiteSpace(givenId) ? Id(full, root) : givenId, full);
        }
    }

    private static IEnumerable<(string Where, string? Id, string? Path, WorkItem? Failed)> Plain(IEnumerable<(string Where, string? Id, string? Path)> entries) =>
        entries.Select(entry => (entry.Where, entry.Id, entry.Path, (WorkItem?)null));

    private static IEnumerable<(string Where, string? Id, string? Path)> Names(TextReader reader, string name)
    {
        StringBuilder path = new();
        int number = 1;
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next != 0)
            {
                path.Append((char)next);
                continue;
            }

            yield return ($"{name}, name {number++}", null, path.ToString());
            path.Clear();
        }

        if (path.Length > 0)
        {
            yield return ($"{name}, name {number}", null, path.ToString());
        }
    }

    private static IEnumerable<(string Where, string Text)> Lines(string first, TextReader reader, string name)
    {
        int number = 1;
        for (string? line = first; line is not null; line = reader.ReadLine(), number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return ($"{name}, line {number}", line);
            }
        }
    }

    private static string Full(string path, string root, string where)
    {
        bool isAddress = StoreAddress.IsAddress(path);
        if (!isAddress && !StoreAddress.IsAddress(root))
        {
            return Path.GetFullPath(path, root);
        }

        try
        {
            StoreAddress address = StoreAddress.Parse(isAddress ? path : $"{root}/{path}");
            return address.Prefix.Length > 0 ? address.ToString() : throw new InvalidInputException(path, "the address of a photo", "that of a container");
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(where, e);
        }
    }

    /// <summary>The id of a path: relative to the root, or the whole path where it lies outside.</summary>
    private static string Id(string full, string root)
    {
        if (StoreAddress.IsAddress(full))
        {
            return full.StartsWith(root + "/", StringComparison.Ordinal) ? full[(root.Length + 1)..] : full[(full.IndexOf("://", StringComparison.Ordinal) + 3)..];
        }

        string relative = Path.GetRelativePath(root, full);
        bool isOutside = Path.IsPathRooted(relative) || relative.Split(Path.DirectorySeparatorChar)[0] == "..";
        return (isOutside ? full[Path.GetPathRoot(full)!.Length..] : relative).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static (int Id, int Path, int Count)? Columns(string line, string where)
    {
        if (!line.Contains(',', StringComparison.Ordinal))
        {
            return null;
        }

        using SepReader rows = CsvRows.Open(new StringReader(line));
        string[] names = rows.MoveNext() ? CsvRows.Fields(rows.Current, where) : [];
        int Find(string name) => Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        return Find("id") is >= 0 and int id && Find("path") is >= 0 and int path ? (id, path, names.Length) : null;
    }

    private static IEnumerable<(string Where, string? Id, string? Path)> Csv(TextReader reader, string name, int id, int path, int count)
    {
        using SepReader rows = CsvRows.Open(new LeftOpen(reader));
        int line = 2;
        while (rows.MoveNext())
        {
            SepReader.Row row = rows.Current;
            string where = $"{name}, line {line}";
            line = row.LineNumberToExcl + 1; // counted without the first line; Sep says 2 of where its first row begins, so ends are taken
            if (row.Span.IsWhiteSpace())
            {
                continue;
            }

            string[] fields = CsvRows.Fields(row, where);
            yield return fields.Length == count ? (where, fields[id], fields[path]) : throw new InvalidInputException(where, $"{count} columns", $"{fields.Length}");
        }
    }

    private static (string Where, string? Id, string? Path, WorkItem? Failed) Json(string line, string where)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            string? Text(string name) => json.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
            return (where, Text("id"), Text("path"), Text("id") is { Length: > 0 } id && Text("path") is { Length: > 0 } path && Text(SliceList.Problem) is { Length: > 0 } problem
                ? new WorkItem(id, path, problem, Enum.TryParse(Text(SliceList.Reason), out FailureReason reason) ? reason : FailureReason.Refused)
                : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(where, "an object with the texts id and path", OneLine.Of(e.Message), e);
        }
    }

    /// <summary>A reader that its user may close and that stays open.</summary>
    private sealed class LeftOpen(TextReader reader) : TextReader
    {
        public override int Read(Span<char> buffer) => reader.Read(buffer);

        public override int Read(char[] buffer, int index, int count) => reader.Read(buffer, index, count);

        public override int Read() => reader.Read();

        public override int Peek() => reader.Peek();
    }
}
