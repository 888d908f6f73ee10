namespace Microsoft.ML.Data;

/// <summary>The annotations that ML.NET itself knows.</summary>
public static class SchemaAnnotationsExtensions
{
    private const string SlotNames = "SlotNames";
    private const string KeyValues = "KeyValues";

    /// <summary>Whether a vector column's slots have names.</summary>
    /// <param name="column">The column.</param>
    public static bool HasSlotNames(this DataViewSchema.Column column)
        => column.Type is VectorDataViewType { IsKnownSize: true } vector
            && column.Annotations.Schema.GetColumnOrNull(SlotNames)?.Type is VectorDataViewType { ItemType: TextDataViewType } names
            && names.Size == vector.Size;

    /// <summary>The names of a vector column's slots.</summary>
    /// <param name="column">The column.</param>
    /// <param name="slotNames">Gets the names.</param>
    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames)
        => column.Annotations.GetValue(SlotNames, ref slotNames);

    /// <summary>Whether a key column's keys have values.</summary>
    /// <param name="column">The column.</param>
    /// <param name="keyValueItemType">Their type; null for text.</param>
    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null)
        => column.Type.ItemType() is KeyDataViewType key
            && column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type is VectorDataViewType values
            && (ulong)values.Size == key.Count && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    /// <summary>The values of a key column's keys.</summary>
    /// <typeparam name="TValue">Raw type of a value.</typeparam>
    /// <param name="column">The column.</param>
    /// <param name="keyValues">Gets the values.</param>
    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues)
        => column.Annotations.GetValue(KeyValues, ref keyValues);
}
