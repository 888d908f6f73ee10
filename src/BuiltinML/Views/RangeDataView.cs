namespace Microsoft.ML.Data;

/// <summary>Rows after the first ones, and of these the first; the input is not read further than needed.</summary>
internal sealed class RangeDataView : IDataView
{
    private readonly IDataView input;
    private readonly long skip;
    private readonly long take;

    public RangeDataView(IDataView input, long skip, long take)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(skip, "count");
        ArgumentOutOfRangeException.ThrowIfNegative(take, "count");
        this.input = input;
        this.skip = skip;
        this.take = take;
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => input.GetRowCount() is { } count ? Math.Clamp(count - skip, 0, take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(input.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor source, long skip, long take) : WrappingCursor(source)
    {
        private long left = skip;
        private long position = -1;

        public override long Position => position;

        public override bool MoveNext()
        {
            while (left > 0 && Input.MoveNext())
            {
                left--;
            }

            if (left > 0 || position + 1 >= take || !Input.MoveNext())
            {
                left = long.MaxValue;
                position = -1;
                return false;
            }

            position++;
            return true;
        }
    }
}
