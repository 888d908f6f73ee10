namespace Microsoft.ML.Data;

/// <summary>One column's values in memory.</summary>
internal abstract class CachedColumn
{
    public static CachedColumn Create(DataViewSchema.Column column)
        => (CachedColumn)Activator.CreateInstance(column.Type is VectorDataViewType vector
            ? typeof(CachedVectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(CachedScalars<>).MakeGenericType(column.Type.RawType));

    /// <summary>An action that adds the cursor's current value.</summary>
    public abstract Action Filler(DataViewRowCursor cursor, DataViewSchema.Column column);

    /// <summary>A getter of the value of the row that <paramref name="row"/> gives.</summary>
    public abstract Delegate MakeGetter(Func<int> row);

    private sealed class CachedScalars<T> : CachedColumn
    {
        private readonly List<T> values = [];

        public override Action Filler(DataViewRowCursor cursor, DataViewSchema.Column column)
        {
            var getter = cursor.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                getter(ref value);
                values.Add(value);
            };
        }

        public override Delegate MakeGetter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = values[row()]);
    }

    private sealed class CachedVectors<T> : CachedColumn
    {
        private readonly List<VBuffer<T>> values = [];

        public override Action Filler(DataViewRowCursor cursor, DataViewSchema.Column column)
        {
            var getter = cursor.GetGetter<VBuffer<T>>(column);
            return () =>
            {
                VBuffer<T> value = default;
                getter(ref value);
                values.Add(value);
            };
        }

        public override Delegate MakeGetter(Func<int> row) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => values[row()].CopyTo(ref value));
    }
}
