namespace Microsoft.ML;

/// <summary>A row that moves over a data view's rows.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    /// <summary>For derived cursors.</summary>
    protected DataViewRowCursor()
    {
    }

    /// <summary>Moves to the next row; false after the last.</summary>
    public abstract bool MoveNext();
}
