namespace Microsoft.ML.Data;

/// <summary>The rows that a predicate lets pass, with numbers of their own.</summary>
internal sealed class FilteredDataView(
    IDataView input, DataViewSchema.Column[] alsoNeeded, Func<DataViewRowCursor, Func<bool>> makePredicate) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(needed.UnionBy(alsoNeeded, column => column.Index)), needed, makePredicate);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor source, DataViewSchema.Column[] active, Func<DataViewRowCursor, Func<bool>> makePredicate)
        : WrappingCursor(source)
    {
        private readonly Func<bool> passes = makePredicate(source);
        private readonly HashSet<int> active = [.. active.Select(column => column.Index)];
        private long position = -1;

        public override long Position => position;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (passes())
                {
                    position++;
                    return true;
                }
            }

            position = -1;
            return false;
        }
    }
}
