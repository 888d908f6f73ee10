using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// The column type of one class of ours. There is one instance a class, because ML.NET's <c>CustomMapping</c> compares the type that a schema
/// shape promises with the registered one by reference; what a column's values have in common (<see cref="ColumnSizes"/>) is an annotation.
/// </summary>
/// <typeparam name="T">The class of a column's values.</typeparam>
internal sealed class ColumnType<T> : StructuredDataViewType
    where T : class
{
    private ColumnType()
        : base(typeof(T))
    {
    }

    public static ColumnType<T> Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(T).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => typeof(T).Name;
}
