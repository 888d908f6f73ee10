using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>Values of a column by which rows belong together.</summary>
internal static class RowKeys
{
    /// <summary>Reads the key of the cursor's row as text; without a column each row has a key of its own.</summary>
    /// <exception cref="ArgumentException">A column that is neither text nor a number.</exception>
    public static Func<string> Reader(DataViewRowCursor cursor, DataViewSchema.Column? column)
    {
        if (column is not DataViewSchema.Column keys)
        {
            return () => $"{cursor.Position}";
        }

        return keys.Type.RawType switch
        {
            var type when type == typeof(ReadOnlyMemory<char>) => Read<ReadOnlyMemory<char>>(cursor, keys),
            var type when type == typeof(bool) => Read<bool>(cursor, keys),
            var type when type == typeof(byte) => Read<byte>(cursor, keys),
            var type when type == typeof(ushort) => Read<ushort>(cursor, keys),
            var type when type == typeof(uint) => Read<uint>(cursor, keys),
            var type when type == typeof(ulong) => Read<ulong>(cursor, keys),
            var type when type == typeof(sbyte) => Read<sbyte>(cursor, keys),
            var type when type == typeof(short) => Read<short>(cursor, keys),
            var type when type == typeof(int) => Read<int>(cursor, keys),
            var type when type == typeof(long) => Read<long>(cursor, keys),
            var type when type == typeof(float) => Read<float>(cursor, keys),
            var type when type == typeof(double) => Read<double>(cursor, keys),
            _ => throw new ArgumentException($"column '{keys.Name}': expected text or a number as sampling key, got {keys.Type}"),
        };
    }

    /// <summary>The named column; null where no name is given.</summary>
    /// <exception cref="ArgumentException">No such column.</exception>
    public static DataViewSchema.Column? Column(DataViewSchema schema, string? name) => name is null
        ? null
        : schema.GetColumnOrNull(name)
            ?? throw new ArgumentException(
                $"column '{name}': expected text or a number as sampling key, got no such column "
                + $"(columns: {string.Join(", ", schema.Select(column => column.Name))})");

    private static Func<string> Read<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return FormattableString.Invariant($"{value}");
        };
    }
}
