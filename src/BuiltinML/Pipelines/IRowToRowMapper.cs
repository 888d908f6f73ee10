namespace Microsoft.ML.Data;

/// <summary>Maps one row to one row.</summary>
public interface IRowToRowMapper
{
    /// <summary>Columns of the rows that go in.</summary>
    DataViewSchema InputSchema { get; }

    /// <summary>Columns of the rows that come out.</summary>
    DataViewSchema OutputSchema { get; }

    /// <summary>Which input columns are needed.</summary>
    /// <param name="dependingColumns">Output columns that are wanted.</param>
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);

    /// <summary>The output row over an input row; it follows when the input moves.</summary>
    /// <param name="input">A row of <see cref="InputSchema"/>.</param>
    /// <param name="activeColumns">Output columns that will be read.</param>
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}
