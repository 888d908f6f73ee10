namespace Microsoft.ML.Data;

/// <summary>A transformer bound to an input schema: which output column comes from where.</summary>
internal abstract class RowMapping : IRowToRowMapper
{
    protected RowMapping(DataViewSchema inputSchema, DataViewSchema outputSchema)
    {
        InputSchema = inputSchema;
        OutputSchema = outputSchema;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The input column that an output column passes through, or -1.</summary>
    public abstract int PassedThrough(int output);

    /// <summary>The input columns that an output column that is not passed through needs.</summary>
    public abstract IEnumerable<int> InputsOf(int output);

    /// <summary>The getter of an output column that is not passed through.</summary>
    public abstract Delegate MakeGetter(DataViewRow input, int output, out Action disposer);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns
            .SelectMany(column => PassedThrough(column.Index) is >= 0 and var input ? [input] : InputsOf(column.Index))
            .Distinct().Order().Select(index => InputSchema[index]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        if (input.Schema != InputSchema)
        {
            throw new ArgumentException("Schema of input row must be the same as the schema the mapper is bound to", nameof(input));
        }

        return new MappedRow(input, new MappedGetters(this, input, activeColumns));
    }
}
