using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// A row-mapping transformer bound to one input schema: the input's columns keep their indices, the added ones follow.
/// </summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly IReadOnlyList<MappedColumn> _added;
    private readonly RowMappingTransformer _transformer;

    public RowMapper(DataViewSchema inputSchema, IReadOnlyList<MappedColumn> added, RowMappingTransformer transformer)
    {
        InputSchema = inputSchema;
        _added = added;
        _transformer = transformer;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (MappedColumn column in added)
        {
            ColumnTypes.Register(column.Type);
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }

        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<Delegate> Bind(RowScope scope) => _transformer.Bind(scope);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < needed.Length)
            {
                needed[column.Index] = true;
                continue;
            }

            foreach (string name in _added[column.Index - needed.Length].Needs)
            {
                needed[InputSchema[name].Index] = true;
            }
        }

        return InputSchema.Where(column => needed[column.Index]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new MappedRow(this, input, Active(activeColumns));
    }

    /// <summary>A cursor over the output columns; takes over the input's.</summary>
    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        try
        {
            bool[] active = Active(activeColumns);
            bool computes = active.AsSpan(InputSchema.Count).Contains(true);
            return new MappedRow(this, computes ? _transformer.Feed(input, active) : input, active);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = true;
        }

        return active;
    }

    public ValueGetter<TValue> GetGetter<TValue>(RowScope scope, bool[] active, DataViewSchema.Column column)
    {
        scope.ThrowIfDisposed();
        if (column.Index >= active.Length || !active[column.Index])
        {
            throw new ArgumentException(
                $"column: expected one of the active columns, got '{column.Name}'", nameof(column));
        }

        if (column.Index < InputSchema.Count)
        {
            return scope.Input.GetGetter<TValue>(InputSchema[column.Index]);
        }

        // The type is checked before anything is bound, so that a wrong reader costs nothing.
        Type expected = OutputSchema[column.Index].Type.RawType;
        if (typeof(TValue) != expected)
        {
            throw new InvalidOperationException(
                $"column '{column.Name}': expected a getter of {expected.Name}, got {typeof(TValue).Name}");
        }

        return (ValueGetter<TValue>)scope.GetAdded(column.Index - InputSchema.Count);
    }
}
