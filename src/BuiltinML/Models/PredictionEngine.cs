using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Predicts single rows. Not thread safe.</summary>
/// <typeparam name="TSrc">Class of the input rows.</typeparam>
/// <typeparam name="TDst">Class of the predictions.</typeparam>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    internal PredictionEngine(
        ITransformer transformer, bool ignoreMissingColumns, SchemaDefinition inputDefinition, SchemaDefinition outputDefinition, bool ownsTransformer)
        : base(transformer, ignoreMissingColumns, inputDefinition, outputDefinition, ownsTransformer)
    {
    }

    /// <inheritdoc/>
    public override void Predict(TSrc example, ref TDst prediction)
    {
        ArgumentNullException.ThrowIfNull(example);
        prediction ??= new TDst();
        Run(example, prediction);
    }
}
