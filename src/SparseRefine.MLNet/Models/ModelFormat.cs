using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Names that writer and reader of model files share.</summary>
internal static class ModelFormat
{
    public const string InputSchema = "input-schema.zip";

    /// <summary>The kind of a run of ML.NET's own transformers.</summary>
    public const string MLNetKind = "mlnet";

    /// <summary>Version 1 has no hash of its manifest.</summary>
    public static ArchiveKind Kind { get; } = new("sparserefine", 2, "model file", FirstHashed: 2);
}
