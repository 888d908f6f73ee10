using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A row: values of the active columns through getters. Not thread safe.</summary>
public abstract class DataViewRow : IDisposable
{
    /// <summary>For derived rows.</summary>
    protected DataViewRow()
    {
    }

    /// <summary>Number of the row; -1 before the first. It grows with every move.</summary>
    public abstract long Position { get; }

    /// <summary>Orders the rows of a cursor set: a smaller batch comes first.</summary>
    public abstract long Batch { get; }

    /// <summary>The columns.</summary>
    public abstract DataViewSchema Schema { get; }

    /// <summary>Delivers the row's id.</summary>
    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    /// <summary>Whether a column's values can be asked for.</summary>
    /// <param name="column">A column of <see cref="Schema"/>.</param>
    public abstract bool IsColumnActive(DataViewSchema.Column column);

    /// <summary>Delivers a column's value of whichever row is current when it is called.</summary>
    /// <typeparam name="TValue">The column's raw type.</typeparam>
    /// <param name="column">An active column of <see cref="Schema"/>.</param>
    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    /// <summary>Releases what the row holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the row holds; called again it does nothing.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
