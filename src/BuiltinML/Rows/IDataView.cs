namespace Microsoft.ML;

/// <summary>Rows of typed columns, read through cursors; values are computed when they are asked for.</summary>
public interface IDataView
{
    /// <summary>Whether a cursor may be asked for the rows in random order.</summary>
    bool CanShuffle { get; }

    /// <summary>The columns.</summary>
    DataViewSchema Schema { get; }

    /// <summary>Number of rows, or null when it is not known without looking.</summary>
    long? GetRowCount();

    /// <summary>A cursor before the first row. The caller disposes it.</summary>
    /// <param name="columnsNeeded">Columns that will be read.</param>
    /// <param name="rand">Source of a random order, or null.</param>
    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    /// <summary>Up to n cursors that share the rows between them.</summary>
    /// <param name="columnsNeeded">Columns that will be read.</param>
    /// <param name="n">Wanted number.</param>
    /// <param name="rand">Source of a random order, or null.</param>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null);
}
