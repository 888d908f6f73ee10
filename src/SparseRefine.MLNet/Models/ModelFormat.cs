using System.Text.Json;

namespace SparseRefine.MLNet;

/// <summary>Names that writer and reader of model files share.</summary>
internal static class ModelFormat
{
    public const string Name = "sparserefine";
    public const int Version = 1;
    public const string Manifest = "manifest.json";
    public const string InputSchema = "input-schema.zip";

    /// <summary>The kind of a run of ML.NET's own transformers.</summary>
    public const string MLNetKind = "mlnet";

    /// <summary>Largest manifest that is read: a foreign zip must not fill the memory.</summary>
    public const int MaxManifestBytes = 16 << 20;

    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}
