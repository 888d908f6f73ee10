namespace Microsoft.ML.Data;

/// <summary>A row over one object that is replaced from outside; every replacement is a new position.</summary>
internal sealed class SingleRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly Delegate[] getters;
    private TRow current;
    private long position = -1;

    public SingleRow(SchemaDefinition definition)
    {
        TypedSchema typed = new(typeof(TRow), definition);
        Schema = typed.Schema;
        getters = typed.MakeGetters(() => current, _ => true);
    }

    public override long Position => position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    public void Set(TRow row)
    {
        current = row;
        position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new((ulong)position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters[column.Index].As<TValue>(column);
}
