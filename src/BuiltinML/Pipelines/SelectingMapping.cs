namespace Microsoft.ML.Data;

/// <summary>Passes chosen input columns through, in the order chosen.</summary>
internal sealed class SelectingMapping(DataViewSchema inputSchema, int[] kept) : RowMapping(inputSchema, Choose(inputSchema, kept))
{
    public override int PassedThrough(int output) => kept[output];

    public override IEnumerable<int> InputsOf(int output) => [];

    public override Delegate MakeGetter(DataViewRow input, int output, out Action disposer)
        => throw new InvalidOperationException("Every column is passed through");

    private static DataViewSchema Choose(DataViewSchema schema, int[] kept)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(kept.Select(index => schema[index]));
        return builder.ToSchema();
    }
}
