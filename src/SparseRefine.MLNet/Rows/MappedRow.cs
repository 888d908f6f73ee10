using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// A row of a mapped data view, or the single row of a prediction engine, whose input does not move. Owns its input row, as ML.NET's own
/// mappers do.
/// </summary>
internal sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] active) : DataViewRowCursor
{
    public RowScope Scope { get; } = new(mapper, input);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool MoveNext() => input is DataViewRowCursor cursor
        ? cursor.MoveNext()
        : throw new NotSupportedException("MoveNext: expected the row of a cursor, got that of a prediction engine");

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
