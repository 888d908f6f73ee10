using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Predicts single rows. Not thread safe.</summary>
/// <typeparam name="TSrc">Class of the input rows.</typeparam>
/// <typeparam name="TDst">Class of the predictions.</typeparam>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly ITransformer transformer;
    private readonly bool ownsTransformer;
    private readonly SingleRow<TSrc> input;
    private readonly TypedRow<TDst> output;
    private bool disposed;

    private protected PredictionEngineBase(
        ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition inputDefinition, SchemaDefinition outputDefinition, bool ownsTransformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        if (!transformer.IsRowToRowMapper)
        {
            throw new ArgumentException("Must be a row to row mapper", nameof(transformer));
        }

        this.transformer = transformer;
        this.ownsTransformer = ownsTransformer;
        input = new SingleRow<TSrc>(inputDefinition);
        var mapper = transformer.GetRowToRowMapper(input.Schema);
        TypedBinding<TDst> binding = new(mapper.OutputSchema, ignoreMissingColumns, outputDefinition);
        output = binding.Over(mapper.GetRow(input, mapper.OutputSchema));
        OutputSchema = transformer.GetOutputSchema(input.Schema);
    }

    /// <summary>The model's output columns.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Predicts a row into a new object.</summary>
    /// <param name="example">The row.</param>
    public TDst Predict(TSrc example)
    {
        TDst result = new();
        Predict(example, ref result);
        return result;
    }

    /// <summary>Predicts a row into an existing object, or a new one where that is null.</summary>
    /// <param name="example">The row.</param>
    /// <param name="prediction">Gets the prediction.</param>
    public abstract void Predict(TSrc example, ref TDst prediction);

    /// <summary>Disposes the model, where the engine owns it.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        input.Dispose();
        if (ownsTransformer)
        {
            (transformer as IDisposable)?.Dispose();
        }
    }

    private protected void Run(TSrc example, TDst prediction)
    {
        input.Set(example);
        output.Fill(prediction);
    }
}
