using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>Walks a mapped data view; owns its input cursor.</summary>
internal sealed class MappedCursor(RowMapper mapper, DataViewRowCursor input, bool[] active)
    : DataViewRowCursor, IScopedRow
{
    public RowScope Scope { get; } = new(mapper, input);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool MoveNext() => input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < active.Length && active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        mapper.GetGetter<TValue>(Scope, active, column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Scope.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
