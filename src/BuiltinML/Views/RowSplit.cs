namespace Microsoft.ML.Data;

/// <summary>Splits rows by a number in [0, 1) that follows from the seed and the row's place or key alone.</summary>
internal static class RowSplit
{
    public static DataOperationsCatalog.TrainTestData Make(IDataView data, string keyColumn, int seed, double from, double to)
    {
        DataViewSchema.Column[] needed = keyColumn is null ? [] : [data.Schema[keyColumn]];
        FilteredDataView Part(bool test) => new(data, needed, cursor =>
        {
            var key = keyColumn is null ? null : cursor.GetBoxed(needed[0]);
            return () =>
            {
                var share = Share(key is null ? (ulong)cursor.Position : Hash($"{key()}"), seed);
                return (share >= from && share < to) == test;
            };
        });
        return new(Part(test: false), Part(test: true));
    }

    private static double Share(ulong value, int seed)
    {
        // SplitMix64: neighbouring rows get independent numbers.
        var mixed = value + ((ulong)(uint)seed << 32) + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    // FNV-1a: the same in every process, unlike string.GetHashCode.
    private static ulong Hash(string text) => text.Aggregate(14695981039346656037UL, (hash, letter) => (hash ^ letter) * 1099511628211);
}
