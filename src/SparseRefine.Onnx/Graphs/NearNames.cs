namespace SparseRefine.Onnx.Graphs;

/// <summary>Finds the names that somebody may have meant.</summary>
internal static class NearNames
{
    private const int Most = 5;

    /// <summary>A few names between quotes, nearest first: those that hold the wanted one, then by the letters that differ.</summary>
    /// <param name="wanted">A name that is not among the others.</param>
    /// <param name="names">The names; the earlier goes before where two are as near.</param>
    public static string Of(string wanted, IEnumerable<string> names) => string.Join(
        ", ",
        names.Where(name => name.Length > 0).Distinct()
            .OrderBy(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(wanted, name))
            .Take(Most)
            .Select(name => $"'{name}'"));

    // Letters to change, add or remove (Levenshtein), cases alike.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            (int corner, row[0]) = (row[0], i + 1);
            for (int j = 0; j < b.Length; j++)
            {
                int changed = corner + (char.ToUpperInvariant(a[i]) == char.ToUpperInvariant(b[j]) ? 0 : 1);
                corner = row[j + 1];
                row[j + 1] = Math.Min(changed, 1 + Math.Min(row[j], corner));
            }
        }

        return row[^1];
    }
}
