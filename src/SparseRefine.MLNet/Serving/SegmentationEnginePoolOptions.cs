using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>Size and manner of an engine pool. Immutable.</summary>
public sealed class SegmentationEnginePoolOptions
{
    /// <summary>
    /// Most engines there are, and so most predictions at once; 0: as many as processors. An engine keeps the buffers of one photo, so
    /// memory grows with this, and each prediction may itself use several threads: 1 or 2 are often as fast as many.
    /// </summary>
    public int Capacity { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>Whether disposing the pool disposes the model, as a PredictionEngine does.</summary>
    public bool OwnsModel { get; init; } = true;

    /// <summary>Whether result members without a column of their name are left alone instead of being an error.</summary>
    public bool IgnoreMissingColumns { get; init; }

    /// <summary>How the example's members become columns; null: as its attributes say.</summary>
    public SchemaDefinition? InputSchemaDefinition { get; init; }

    /// <summary>How columns become the result's members; null: as its attributes say.</summary>
    public SchemaDefinition? OutputSchemaDefinition { get; init; }
}
