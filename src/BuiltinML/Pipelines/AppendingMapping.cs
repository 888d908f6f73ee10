namespace Microsoft.ML.Data;

/// <summary>Passes every input column through and adds computed ones after them.</summary>
internal sealed class AppendingMapping(
    DataViewSchema inputSchema, DataViewSchema.DetachedColumn[] added, int[][] inputs, AppendingMapping.GetterMaker make)
    : RowMapping(inputSchema, Append(inputSchema, added))
{
    /// <summary>Makes the getter of an added column, counted from 0; the disposer may be null.</summary>
    public delegate Delegate GetterMaker(DataViewRow input, int added, out Action disposer);

    public override int PassedThrough(int output) => output < InputSchema.Count ? output : -1;

    public override IEnumerable<int> InputsOf(int output) => inputs[output - InputSchema.Count];

    public override Delegate MakeGetter(DataViewRow input, int output, out Action disposer)
        => make(input, output - InputSchema.Count, out disposer);

    private static DataViewSchema Append(DataViewSchema schema, DataViewSchema.DetachedColumn[] added)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(schema);
        builder.AddColumns(added);
        return builder.ToSchema();
    }
}
