using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A cursor over another cursor's rows and columns; derived ones skip, map or count.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input) : DataViewRowCursor
{
    private bool disposed;

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    public override DataViewSchema Schema => Input.Schema;

    protected DataViewRowCursor Input { get; } = input;

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

    public override bool MoveNext() => Input.MoveNext();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            DisposeOwn();
            Input.Dispose();
        }

        base.Dispose(disposing);
    }

    protected virtual void DisposeOwn()
    {
    }
}
