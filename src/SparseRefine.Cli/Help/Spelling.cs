namespace SparseRefine.Cli.Help;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class Spelling
{
    // A third of the letters may be wrong, up to three.
    private const int MostWrong = 3;

    /// <summary>The end of a complaint about a word, such as <c>; did you mean --images?</c>.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The words that there are.</param>
    /// <returns>The end; empty where none of them is near.</returns>
    public static string Hint(string word, IEnumerable<string> known) => Nearest(word, known) is string near ? $"; did you mean {near}?" : "";

    /// <summary>The known word that is nearest.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The words that there are.</param>
    /// <returns>The nearest; null where none is near. Of two equally near ones the first.</returns>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        string plain = word.TrimStart('-').ToLowerInvariant();
        (string Word, int Distance)[] near =
        [
            .. known.Select(k => (Word: k, Distance: Distance(plain, k.TrimStart('-').ToLowerInvariant())))
                .Where(pair => pair.Distance <= Math.Min(MostWrong, Math.Max(1, Math.Max(plain.Length, pair.Word.TrimStart('-').Length) / 3))),
        ];

        // Of longer words the beginning tells enough.
        return near.Length > 0 ? near.MinBy(pair => pair.Distance).Word
            : plain.Length >= 3 ? known.FirstOrDefault(k => k.TrimStart('-').StartsWith(plain, StringComparison.OrdinalIgnoreCase))
            : null;
    }

    // Letters that are missing, too many, others or swapped with their neighbor (the optimal string alignment distance).
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
