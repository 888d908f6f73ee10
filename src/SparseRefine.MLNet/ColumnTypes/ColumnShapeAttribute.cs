using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Tells the column types of one .NET type apart where ML.NET's registry wants an attribute for that: by what is the same in every row.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class ColumnShapeAttribute(DataViewType type) : DataViewTypeAttribute
{
    private readonly DataViewType _type = type;

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) =>
        other is ColumnShapeAttribute attribute && attribute._type.Equals(_type);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataViewTypeAttribute);

    /// <inheritdoc/>
    public override int GetHashCode() => _type.GetHashCode();

    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(_type, _type.RawType, this);
}
