using Microsoft.ML;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>Rows that may be read in any order and by several cursors, each its share; LoadFromEnumerable offers neither.</summary>
internal sealed class ShufflableView(MLContext context, IReadOnlyList<ContractRow> rows) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema { get; } = context.Data.LoadFromEnumerable(rows).Schema;

    public long? GetRowCount() => rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Over(Ordered(rand), [.. columnsNeeded]);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. Ordered(rand).Chunk((rows.Count + n - 1) / n).Select(share => Over(share, [.. columnsNeeded]))];

    private ContractRow[] Ordered(Random? rand)
    {
        ContractRow[] ordered = [.. rows];
        rand?.Shuffle(ordered);
        return ordered;
    }

    private DataViewRowCursor Over(ContractRow[] share, DataViewSchema.Column[] columns)
    {
        IDataView view = context.Data.LoadFromEnumerable(share);
        return view.GetRowCursor(columns.Select(column => view.Schema[column.Index]));
    }
}
