namespace Microsoft.ML.Data;

/// <summary>A mapped row over a row that someone else moves.</summary>
internal sealed class MappedRow(DataViewRow input, MappedGetters getters) : DataViewRow
{
    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => getters.Schema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => getters.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters.Get<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            getters.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
