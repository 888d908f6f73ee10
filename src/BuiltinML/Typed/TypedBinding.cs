namespace Microsoft.ML.Data;

/// <summary>Which columns of a schema fill which members of a class.</summary>
internal sealed class TypedBinding<TRow>
    where TRow : class
{
    private readonly List<(TypedMember Member, DataViewSchema.Column Column)> bound = [];

    public TypedBinding(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write);
        foreach (var member in TypedMember.Of(typeof(TRow), definition))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (ignoreMissingColumns)
                {
                    continue;
                }

                throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find  column '{member.Name}'");
            }

            bound.Add(member.Fits(column.Type) ? (member, column) : throw member.CannotBind(column.Type));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => bound.Select(pair => pair.Column);

    /// <exception cref="NotImplementedException">A structured column type that nobody registered.</exception>
    public TypedRow<TRow> Over(DataViewRow row)
    {
        foreach (var (_, column) in bound)
        {
            if (column.Type is not (VectorDataViewType or PrimitiveDataViewType) && !DataViewTypeManager.Knows(column.Type))
            {
                throw new NotImplementedException($"Type '{column.Type.RawType.FullName}' is not yet supported.");
            }
        }

        return new([.. bound.Select(pair => pair.Member.MakeSetter<TRow>(row, pair.Column))]);
    }
}
