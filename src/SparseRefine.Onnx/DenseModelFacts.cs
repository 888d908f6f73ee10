using Microsoft.ML.OnnxRuntime.Tensors;

namespace SparseRefine.Onnx;

/// <summary>What an export must know of a dense model: its input and what its outputs mean.</summary>
internal sealed record DenseModelFacts
{
    public required string InputName { get; init; }

    public required TensorElementType InputType { get; init; }

    public required bool IsChannelsLast { get; init; }

    /// <summary>Rows that the graph fixes; -1: open.</summary>
    public required int Height { get; init; }

    /// <summary>Columns that the graph fixes; -1: open.</summary>
    public required int Width { get; init; }

    public required string OutputName { get; init; }

    public required ScoreKind ScoreKind { get; init; }

    public required TensorLayout ScoreLayout { get; init; }

    /// <summary>Axes of the scores: 4, or 3 for a binary model without an axis of classes.</summary>
    public required int ScoreRank { get; init; }

    /// <summary>Whether the scores are of one class.</summary>
    public required bool IsBinary { get; init; }

    public required int Classes { get; init; }

    /// <summary>The inner value that the refiner reads; null: none.</summary>
    public required string? FeatureName { get; init; }

    public required TensorLayout FeatureLayout { get; init; }
}
