namespace Microsoft.ML.Data;

/// <summary>
/// Passes every input column through and adds computed ones: after the last column of the same name, which it hides, or
/// at the end.
/// </summary>
internal sealed class AppendingMapping : RowMapping
{
    private readonly int[] order;
    private readonly int[][] inputs;
    private readonly GetterMaker make;

    /// <param name="inputSchema">The input's columns.</param>
    /// <param name="added">The added columns.</param>
    /// <param name="inputs">The input columns that each of them needs.</param>
    /// <param name="make">Makes their getters.</param>
    public AppendingMapping(DataViewSchema inputSchema, DataViewSchema.DetachedColumn[] added, int[][] inputs, GetterMaker make)
        : this(inputSchema, added, inputs, make, Order(inputSchema, added))
    {
    }

    private AppendingMapping(DataViewSchema inputSchema, DataViewSchema.DetachedColumn[] added, int[][] inputs, GetterMaker make, int[] order)
        : base(inputSchema, Merge(inputSchema, added, order))
    {
        this.order = order;
        this.inputs = inputs;
        this.make = make;
    }

    /// <summary>Makes the getter of an added column, counted from 0; the disposer may be null.</summary>
    public delegate Delegate GetterMaker(DataViewRow input, int added, out Action disposer);

    public override int PassedThrough(int output) => Math.Max(-1, order[output]);

    public override IEnumerable<int> InputsOf(int output) => inputs[~order[output]];

    public override Delegate MakeGetter(DataViewRow input, int output, out Action disposer) => make(input, ~order[output], out disposer);

    // Input columns as they are, added ones as the complement of their number.
    private static int[] Order(DataViewSchema schema, DataViewSchema.DetachedColumn[] added)
    {
        List<int> order = [.. Enumerable.Range(0, schema.Count)];
        for (var i = 0; i < added.Length; i++)
        {
            var last = order.FindLastIndex(index => (index >= 0 ? schema[index].Name : added[~index].Name) == added[i].Name);
            order.Insert(last < 0 ? order.Count : last + 1, ~i);
        }

        return [.. order];
    }

    private static DataViewSchema Merge(DataViewSchema schema, DataViewSchema.DetachedColumn[] added, int[] order)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(order.Select(index => index >= 0 ? new DataViewSchema.DetachedColumn(schema[index]) : added[~index]));
        return builder.ToSchema();
    }
}
