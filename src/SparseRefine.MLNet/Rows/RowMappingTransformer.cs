using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Base of our transformers: adds columns that depend on the same row only. Nothing is computed for a column that
/// nobody reads; what is read is computed once a row and cursor, however many readers there are.
/// Data views made by one transformer may be read by several threads at once.
/// </summary>
public abstract class RowMappingTransformer : ITransformer
{
    private protected RowMappingTransformer()
    {
    }

    /// <summary>Always true: prediction engines work.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The input's columns followed by ours.</summary>
    /// <param name="inputSchema">What <see cref="Transform"/> will be given.</param>
    /// <returns>What it will give.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => CreateMapper(inputSchema).OutputSchema;

    /// <summary>Adds our columns. Computes nothing yet.</summary>
    /// <param name="input">Data with the columns needed.</param>
    /// <returns>A lazy view.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public virtual IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(CreateMapper(input.Schema), input);
    }

    /// <summary>Binds to a schema, for prediction engines.</summary>
    /// <param name="inputSchema">Schema of the rows to come.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => CreateMapper(inputSchema);

    /// <summary>
    /// Not possible from outside ML.NET, and no built-in transformer does the same. <c>mlContext.Model.Save</c> to a path has
    /// emptied that file before it asks; nothing outside can prevent that.
    /// </summary>
    /// <param name="ctx">Unused.</param>
    /// <exception cref="NotSupportedException">Always; the message names the method that saves.</exception>
    public void Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            $"{GetType().Name}: ML.NET's own format cannot hold it; "
            + "save with mlContext.SemanticSegmentation.Save(model, inputSchema, path)");

    /// <summary>The columns added to data of this schema, after checking that it has what they need.</summary>
    private protected abstract IReadOnlyList<MappedColumn> Describe(InputColumns input);

    /// <summary>One ValueGetter for each described column, in order. Called when the first of them is asked for.</summary>
    internal abstract IReadOnlyList<Delegate> Bind(RowScope scope);

    /// <summary>The cursor that <see cref="Bind"/> gets as input: as it is, unless rows are read ahead.</summary>
    /// <param name="input">The input's cursor, taken over.</param>
    /// <param name="active">Whether a reader wants each of the output's columns, the input's first.</param>
    internal virtual DataViewRowCursor Feed(DataViewRowCursor input, bool[] active) => input;

    /// <summary>The same transformer on another number of threads: itself where it has none of its own.</summary>
    /// <param name="threads">0 means all processors.</param>
    internal virtual RowMappingTransformer WithThreads(int threads) => this;

    /// <summary>Drops the buffers that are kept for the next photo. Thread-safe, also while rows are in flight.</summary>
    internal virtual void ReleaseBuffers()
    {
    }

    /// <summary>What the manifest calls this kind of part.</summary>
    internal abstract string PartKind { get; }

    /// <summary>Writes options and weights into a model file.</summary>
    internal abstract void WritePart(PartWriter part);

    /// <summary>The same check and answer for an estimator's promise.</summary>
    internal IReadOnlyList<MappedColumn> DescribeColumns(InputColumns input) => Describe(input);

    private RowMapper CreateMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowMapper(inputSchema, Describe(InputColumns.Of(inputSchema)), this);
    }
}
