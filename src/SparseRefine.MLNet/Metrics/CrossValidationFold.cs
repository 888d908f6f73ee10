using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Fold">Its number, from 0.</param>
/// <param name="Model">Fitted on the other folds' rows; the caller's to dispose.</param>
/// <param name="Metrics">On this fold's rows.</param>
/// <param name="ScoredHoldOutSet">This fold's rows as the model scores them; lazy, so the model must live as long.</param>
public sealed record CrossValidationFold(
    int Fold, ITransformer Model, SemanticSegmentationMetrics Metrics, IDataView ScoredHoldOutSet);
