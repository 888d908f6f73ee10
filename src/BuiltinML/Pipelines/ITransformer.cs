using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Makes a data view of another.</summary>
public interface ITransformer : ICanSaveModel
{
    /// <summary>Whether every output row follows from one input row.</summary>
    bool IsRowToRowMapper { get; }

    /// <summary>The columns that <see cref="Transform"/> would give; throws when the input does not fit.</summary>
    /// <param name="inputSchema">The input's columns.</param>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>The transformed rows; nothing is computed before they are read.</summary>
    /// <param name="input">The input.</param>
    IDataView Transform(IDataView input);

    /// <summary>A mapper of single rows.</summary>
    /// <param name="inputSchema">The rows' columns.</param>
    /// <exception cref="InvalidOperationException">It <see cref="IsRowToRowMapper">is not one</see>.</exception>
    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}
