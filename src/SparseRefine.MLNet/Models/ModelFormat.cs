using System.Text.Json;

namespace SparseRefine.MLNet;

/// <summary>Names that writer and reader of model files share.</summary>
internal static class ModelFormat
{
    public const string Name = "sparserefine";

    /// <summary>2 keeps the manifest's SHA-256, 64 hexadecimal digits, as the archive's comment; 1 has none.</summary>
    public const int Version = 2;
    public const string Manifest = "manifest.json";
    public const string InputSchema = "input-schema.zip";

    /// <summary>The kind of a run of ML.NET's own transformers.</summary>
    public const string MLNetKind = "mlnet";

    /// <summary>Largest manifest that is read: a foreign zip must not fill the memory.</summary>
    public const int MaxManifestBytes = 16 << 20;

    /// <summary>
    /// Unpacked, a file's entries are at most this many times its length, or the floor if that is more. Weights hardly pack, so real models
    /// stay far below; a file made to fill the memory does not.
    /// </summary>
    public const int MaxRatio = 100;

    /// <summary>Bytes that the entries may always have.</summary>
    public const long FreeBytes = 64 << 20;

    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}
