using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Which rows belong to which fold.</summary>
internal static class CrossValidation
{
    /// <summary>Deals the keys out in random order, so folds differ by at most one key in size.</summary>
    /// <returns>The fold of each row.</returns>
    /// <exception cref="ArgumentException">Fewer keys than folds, or a key column that is missing or of another type.</exception>
    public static int[] Folds(IDataView data, int numberOfFolds, string? keyColumn, Random random)
    {
        List<string> keys = [];
        DataViewSchema.Column? column = RowKeys.Column(data.Schema, keyColumn);
        using (DataViewRowCursor cursor = data.GetRowCursor(column is DataViewSchema.Column used ? [used] : []))
        {
            Func<string> read = RowKeys.Reader(cursor, column);
            while (cursor.MoveNext())
            {
                keys.Add(read());
            }
        }

        string[] groups = [.. keys.Distinct()];
        if (numberOfFolds < 2 || numberOfFolds > groups.Length)
        {
            throw new ArgumentException(
                $"numberOfFolds: expected 2 to {groups.Length}, the number of "
                + $"{(keyColumn is null ? "rows" : $"different values of column '{keyColumn}'")}, got {numberOfFolds}",
                nameof(numberOfFolds));
        }

        random.Shuffle(groups);
        Dictionary<string, int> folds = groups.Select((group, i) => (group, i)).ToDictionary(g => g.group, g => g.i % numberOfFolds);
        return [.. keys.Select(key => folds[key])];
    }
}
