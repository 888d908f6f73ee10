using nietras.SeparatedValues;

namespace SparseRefine;

/// <summary>Comma-separated values as this library reads them: every row alike, fields trimmed and without their quotes, any number of them.</summary>
internal static class CsvRows
{
    private static readonly SepReaderOptions Options = new(new Sep(','))
    {
        HasHeader = false,
        Unescape = true,
        DisableColCountCheck = true,
        Trim = SepTrim.All,
    };

    /// <summary>Reads rows of a text.</summary>
    /// <param name="reader">The text; closed with the result.</param>
    /// <returns>The rows; the caller disposes them.</returns>
    public static SepReader Open(TextReader reader) => Options.From(reader);

    /// <summary>Takes a row apart.</summary>
    /// <param name="row">The row.</param>
    /// <param name="where">What messages call it.</param>
    /// <returns>The fields.</returns>
    /// <exception cref="InvalidInputException">A quote that is not closed.</exception>
    public static string[] Fields(SepReader.Row row, string where)
    {
        // Quotes come in pairs, those that stand for one doubled ones.
        if (row.Span.Count('"') % 2 != 0)
        {
            throw new InvalidInputException(where, "a closing quote", "the text's end");
        }

        string[] fields = new string[row.ColCount];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = row[i].ToString();
        }

        return fields;
    }
}
