using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>How a prediction engine binds its classes, and whether it owns its model.</summary>
public sealed class PredictionEngineOptions
{
    /// <summary>Options as the engine has them by default.</summary>
    public PredictionEngineOptions()
    {
    }

    /// <summary>Whether predictions may have members that the model does not give.</summary>
    public bool IgnoreMissingColumns = true;

    /// <summary>Columns of the input class, or null to infer them.</summary>
    public SchemaDefinition InputSchemaDefinition;

    /// <summary>Columns of the prediction class, or null to infer them.</summary>
    public SchemaDefinition OutputSchemaDefinition;

    /// <summary>Whether disposing the engine disposes the model.</summary>
    public bool OwnsTransformer = true;
}
