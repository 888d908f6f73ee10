using System.Collections;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Splits rows into those to learn from and those to choose the epoch by.</summary>
internal static class HeldOutRows
{
    /// <summary>Holds back the last rows, those of one key together; all rows are both where there is nothing to hold back.</summary>
    /// <param name="rows">The rows; not read.</param>
    /// <param name="keys">A key for each row.</param>
    /// <param name="fraction">Share to hold back; null: none.</param>
    public static (IReadOnlyList<T> Training, IReadOnlyList<T> Validation) Split<T>(
        IReadOnlyList<T> rows, IReadOnlyList<string> keys, double? fraction)
    {
        string[] groups = [.. keys.Distinct()];
        if (fraction is not double share || groups.Length < 2)
        {
            return (rows, rows);
        }

        int wanted = Math.Clamp((int)Math.Round(share * rows.Count), 1, rows.Count - 1);
        HashSet<string> held = [];
        int count = 0;
        foreach (string group in groups.Skip(1).Reverse())
        {
            if (count >= wanted)
            {
                break;
            }

            held.Add(group);
            count += keys.Count(key => key == group);
        }

        ILookup<bool, int> indices = Enumerable.Range(0, rows.Count).ToLookup(i => held.Contains(keys[i]));
        return (new Part<T>(rows, [.. indices[false]]), new Part<T>(rows, [.. indices[true]]));
    }

    private sealed class Part<T>(IReadOnlyList<T> rows, int[] indices) : IReadOnlyList<T>
    {
        public int Count => indices.Length;

        public T this[int index] => rows[indices[index]];

        public IEnumerator<T> GetEnumerator() => ReadAhead.InOrder(this).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
