namespace Microsoft.ML.Data;

/// <summary>Row mappers one after another; each is asked only for what the next one needs.</summary>
internal sealed class ChainMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => mappers.Reverse().Aggregate(dependingColumns, (wanted, mapper) => mapper.GetDependencies(wanted));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != inputSchema)
        {
            throw new ArgumentException("Row schema must match the mapper's input schema.", nameof(input));
        }

        var wanted = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        var columns = activeColumns;
        for (var i = mappers.Count - 1; i >= 0; i--)
        {
            wanted[i] = [.. columns];
            columns = mappers[i].GetDependencies(wanted[i]);
        }

        var row = input;
        for (var i = 0; i < mappers.Count; i++)
        {
            row = mappers[i].GetRow(row, wanted[i]);
        }

        return row;
    }
}
