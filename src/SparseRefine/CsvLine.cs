using System.Text;

namespace SparseRefine;

/// <summary>Lines of comma-separated values.</summary>
internal static class CsvLine
{
    /// <summary>Splits a line. Fields in double quotes may hold commas, and double quotes doubled; no line feeds.</summary>
    /// <param name="line">The line.</param>
    /// <param name="where">What messages call it.</param>
    /// <returns>The fields, trimmed.</returns>
    /// <exception cref="InvalidInputException">A quote that is not closed.</exception>
    public static List<string> Fields(string line, string where)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[++i]);
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == ',' && !isQuoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        if (isQuoted)
        {
            throw new InvalidInputException(where, "a closing quote", "the line's end");
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}
