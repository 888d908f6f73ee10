namespace Microsoft.ML.Data;

/// <summary>Base of ML.NET's own transformers that make one column of one.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(string outputColumnName, string inputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        OutputColumnName = outputColumnName;
        InputColumnName = inputColumnName ?? outputColumnName;
    }

    private protected string OutputColumnName { get; }

    private protected string InputColumnName { get; }

    // The output's type and annotations for an input column; throws when the input's type does not fit.
    private protected abstract DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input);

    private protected abstract Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, DataViewType outputType, out Action disposer);

    private protected override RowMapping Bind(DataViewSchema inputSchema)
    {
        var input = inputSchema.GetColumnOrNull(InputColumnName)
            ?? throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Could not find input column '{InputColumnName}'");
        var output = OutputOf(input);
        return new AppendingMapping(
            inputSchema, [output], [[input.Index]], (DataViewRow row, int _, out Action disposer) => MakeGetter(row, input, output.Type, out disposer));
    }

    private protected static ArgumentOutOfRangeException WrongType(string column, string expected, string got)
        => new("inputSchema", $"Schema mismatch for input column '{column}': expected {expected}, got {got}");
}
