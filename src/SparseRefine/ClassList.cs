using System.Globalization;
using nietras.SeparatedValues;

namespace SparseRefine;

/// <summary>The classes of a data set: their names and colors, class i at position i. Immutable.</summary>
public sealed class ClassList
{
    /// <summary>Most classes that there can be: index 255 means "not labelled".</summary>
    public const int MaxCount = 255;

    private const string Columns = "id,name,r,g,b";
    private readonly string[] _names;
    private readonly byte[] _palette;

    /// <summary>Makes a list of classes in distinct colors, the first of them black: those that a model without a list is drawn in.</summary>
    /// <param name="names">2 to 255 names, none empty, each once.</param>
    /// <exception cref="ArgumentException">Another number of names; a name that is empty or given twice.</exception>
    public ClassList(IReadOnlyList<string> names)
        : this(names, ClassPalette.Distinct(names?.Count ?? 0))
    {
    }

    /// <summary>Makes a list.</summary>
    /// <param name="names">2 to 255 names, none empty, each once.</param>
    /// <param name="colors">Red, green, blue bytes of each class.</param>
    /// <exception cref="ArgumentException">Another number of names or of bytes; a name that is empty or given twice.</exception>
    public ClassList(IReadOnlyList<string> names, ReadOnlySpan<byte> colors)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count is < 2 or > MaxCount)
        {
            throw new ArgumentException($"names: expected 2 to {MaxCount} classes, got {names.Count}", nameof(names));
        }

        if (colors.Length != names.Count * 3)
        {
            throw new ArgumentException(
                $"colors: expected {names.Count} x 3 bytes, got {colors.Length}", nameof(colors));
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (string.IsNullOrWhiteSpace(name) || !seen.Add(name))
            {
                throw new ArgumentException($"names: expected each once and none empty, got '{name}'", nameof(names));
            }
        }

        _names = [.. names];
        _palette = new byte[256 * 3];
        colors.CopyTo(_palette);
    }

    /// <summary>Number of classes.</summary>
    public int Count => _names.Length;

    /// <summary>Names, class i at position i.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Red, green, blue of all 256 indices, 768 bytes; black for indices that are no class.</summary>
    public ReadOnlySpan<byte> Palette => _palette;

    /// <summary>Reads a CSV file: a first line <c>id,name,r,g,b</c>, then a line a class, ids 0, 1, 2, ... in any order.</summary>
    /// <param name="path">The file, UTF-8 or UTF-16 with a byte order mark.</param>
    /// <returns>The classes.</returns>
    /// <exception cref="InvalidInputException">Another form or content; the message names file and line.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static ClassList Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        return Load(new StringReader(TextFile.Read(file, path)), path);
    }

    /// <summary>Reads such CSV text.</summary>
    /// <param name="reader">The text, closed at the end. Fields may stand in double quotes, which they double; blank lines are skipped.</param>
    /// <param name="name">What messages call the text.</param>
    /// <returns>The classes.</returns>
    /// <exception cref="InvalidInputException">Another form or content; the message names text and line.</exception>
    public static ClassList Load(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrEmpty(name);
        using SepReader rows = CsvRows.Open(reader);
        string? header = rows.MoveNext() ? string.Join(',', CsvRows.Fields(rows.Current, $"{name}, line 1")) : null;
        if (header?.Equals(Columns, StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new InvalidInputException($"{name}, line 1", $"'{Columns}'", $"'{header}'");
        }

        SortedDictionary<int, (string Name, byte[] Color)> classes = [];
        Dictionary<string, int> lineOfName = new(StringComparer.Ordinal);
        int number = 1;
        foreach (SepReader.Row row in rows)
        {
            number = row.LineNumberFrom;
            if (row.Span.IsWhiteSpace())
            {
                continue;
            }

            string where = $"{name}, line {number}";
            string[] fields = CsvRows.Fields(row, where);
            if (fields.Length != 5)
            {
                throw new InvalidInputException(where, $"5 fields ({Columns})", $"{fields.Length}");
            }

            int id = Number(fields[0], "id", MaxCount - 1, where);
            string text = fields[1];
            byte[] color = [Channel(fields, 2, where), Channel(fields, 3, where), Channel(fields, 4, where)];
            if (text.Length == 0)
            {
                throw new InvalidInputException(where, "a name", "none");
            }

            if (!lineOfName.TryAdd(text, number))
            {
                throw new InvalidInputException(where, "each name once", $"'{text}' again (line {lineOfName[text]})");
            }

            if (!classes.TryAdd(id, (text, color)))
            {
                throw new InvalidInputException(where, "each id once", $"{id} again");
            }
        }

        if (classes.Count < 2 || classes.Keys.Last() != classes.Count - 1)
        {
            int missing = Enumerable.Range(0, MaxCount).First(id => !classes.ContainsKey(id));
            throw new InvalidInputException(
                $"{name}, line {number}", "at least 2 classes with ids from 0 without gaps", $"{classes.Count} and no id {missing}");
        }

        return new ClassList(
            [.. classes.Values.Select(c => c.Name)], classes.Values.SelectMany(c => c.Color).ToArray());
    }

    private static byte Channel(string[] fields, int column, string where) =>
        (byte)Number(fields[column], Columns.Split(',')[column], byte.MaxValue, where);

    private static int Number(string text, string column, int highest, string where) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= highest
            ? value
            : throw new InvalidInputException(where, $"{column} from 0 to {highest}", $"'{text}'");
}
