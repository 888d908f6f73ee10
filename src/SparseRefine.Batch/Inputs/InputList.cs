using System.Text.Json;

namespace SparseRefine.Batch;

/// <summary>Reads lists of images: paths, CSV or JSON lines, told apart by their first line.</summary>
internal static class InputList
{
    /// <summary>Reads one line after the other.</summary>
    /// <param name="reader">The list. Not closed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="root">What relative paths and ids are relative to.</param>
    /// <returns>The images. Blank lines are skipped.</returns>
    /// <exception cref="InvalidInputException">A line of another form, named.</exception>
    public static IEnumerable<WorkItem> Read(TextReader reader, string name, string root)
    {
        Func<string, string, (string? Id, string? Path)> parse = (line, _) => (null, line);
        int number = 0;
        while (reader.ReadLine() is string line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string where = $"{name}, line {number}";
            if (number == 1)
            {
                line = line.TrimStart('\uFEFF');
                if (line.TrimStart().StartsWith('{'))
                {
                    parse = Json;
                }
                else if (Columns(line, where) is (int id, int path, int count))
                {
                    parse = (row, at) => Csv(row, at, id, path, count);
                    continue;
                }
            }

            (string? givenId, string? givenPath) = parse(line, where);
            if (string.IsNullOrWhiteSpace(givenPath))
            {
                throw new InvalidInputException(where, "a path", "none");
            }

            string full = Path.GetFullPath(givenPath, root);
            yield return new WorkItem(string.IsNullOrWhiteSpace(givenId) ? Id(full, root) : givenId, full);
        }
    }

    /// <summary>The id of a path: relative to the root, or the whole path where it lies outside.</summary>
    private static string Id(string full, string root)
    {
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

        List<string> names = CsvLine.Fields(line, where);
        int Find(string name) => names.FindIndex(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        return Find("id") is >= 0 and int id && Find("path") is >= 0 and int path ? (id, path, names.Count) : null;
    }

    private static (string? Id, string? Path) Csv(string line, string where, int id, int path, int count)
    {
        List<string> fields = CsvLine.Fields(line, where);
        return fields.Count == count
            ? (fields[id], fields[path])
            : throw new InvalidInputException(where, $"{count} columns", $"{fields.Count}");
    }

    private static (string? Id, string? Path) Json(string line, string where)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            string? Text(string name) => json.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
            return (Text("id"), Text("path"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException(where, "an object with the texts id and path", OneLine.Of(e.Message), e);
        }
    }
}
