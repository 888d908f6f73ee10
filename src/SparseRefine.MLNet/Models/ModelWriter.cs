using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Writes model files.</summary>
internal static class ModelWriter
{
    /// <summary>Writes a model file; a failure leaves what was there.</summary>
    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        AtomicFile.Write(filePath, stream => Save(context, model, inputSchema, stream));
    }

    public static void Save(MLContext context, ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var archive = new ArchiveWriter(zip);
        var parts = new JsonArray();
        List<(ITransformer Transformer, TransformerScope Scope)> run = [];
        foreach ((ITransformer transformer, TransformerScope scope) in ScopedTransformers.Of(model))
        {
            if (transformer is not RowMappingTransformer ours)
            {
                run.Add((transformer, scope));
                continue;
            }

            Flush(context, run, parts, archive);
            var part = new PartWriter(archive, parts.Count, ours.PartKind);
            ours.WritePart(part);
            parts.Add(Describe(ours.PartKind, [scope], part));
        }

        Flush(context, run, parts, archive);
        bool hasSchema = inputSchema is not null;
        if (hasSchema)
        {
            archive.Add(ModelFormat.InputSchema, SaveNative(context, new TransformerChain<ITransformer>(), inputSchema));
        }

        archive.AddManifest(ModelFormat.Kind, new JsonObject
        {
            ["writtenBy"] = $"SparseRefine.MLNet {typeof(ModelWriter).Assembly.GetName().Version?.ToString(3)}",
            ["inputSchema"] = hasSchema ? ModelFormat.InputSchema : null,
            ["parts"] = parts,
        });
    }

    private static void Flush(
        MLContext context,
        List<(ITransformer Transformer, TransformerScope Scope)> run,
        JsonArray parts,
        ArchiveWriter archive)
    {
        if (run.Count == 0)
        {
            return;
        }

        var part = new PartWriter(archive, parts.Count, ModelFormat.MLNetKind);
        var chain = new TransformerChain<ITransformer>(run.Select(r => r.Transformer), run.Select(r => r.Scope));
        part.AddEntry("model.zip", SaveNative(context, chain, null));
        parts.Add(Describe(ModelFormat.MLNetKind, run.Select(r => r.Scope), part));
        run.Clear();
    }

    private static JsonObject Describe(string kind, IEnumerable<TransformerScope> scopes, PartWriter part) => new()
    {
        ["kind"] = kind,
        ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create((int)scope))]),
        ["options"] = part.Options,
        ["entries"] = part.Entries,
    };

    private static byte[] SaveNative(MLContext context, ITransformer model, DataViewSchema? schema)
    {
        using var stream = new MemoryStream();
        context.Model.Save(model, schema, stream);
        return stream.ToArray();
    }
}
