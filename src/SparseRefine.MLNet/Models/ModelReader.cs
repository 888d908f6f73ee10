using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Builds models from model files.</summary>
internal static class ModelReader
{
    private const int MaxParts = 256;

    /// <summary>Builds a model.</summary>
    /// <param name="context">Whose device and log are used.</param>
    /// <param name="file">The file.</param>
    /// <param name="inputSchema">The saved input schema; null where none was kept.</param>
    /// <param name="allowedAssemblies">Assemblies that ML.NET's own part may load beside its own.</param>
    /// <param name="machine">Where each part of ours runs; null: as the context says.</param>
    public static ITransformer Load(
        MLContext context, ArchiveReader file, out DataViewSchema? inputSchema, IEnumerable<string> allowedAssemblies, Machine? machine = null)
    {
        NativeModelGuard guard = new(file, allowedAssemblies);
        machine ??= Machine.Of(context);
        List<ITransformer> transformers = [];
        List<TransformerScope> scopes = [];
        try
        {
            foreach (JsonNode? node in Parts(file))
            {
                (string kind, TransformerScope[] partScopes, PartReader part) = Parse(file, node, machine);
                ITransformer[] read = kind == ModelFormat.MLNetKind
                    ? [.. (IEnumerable<ITransformer>)LoadNative(context, file, guard, part.Entry("model.zip"), part.EntryName("model.zip"), out _)]
                    : [Read(context, kind, part, file)];
                transformers.AddRange(read);
                if (read.Length != partScopes.Length)
                {
                    throw file.Invalid($"{read.Length} scopes of part '{kind}'", $"{partScopes.Length}");
                }

                scopes.AddRange(partScopes);
            }

            inputSchema = null;
            if (file.Manifest["inputSchema"] is JsonNode name)
            {
                string entry = name.GetValue<string>();
                LoadNative(context, file, guard, file.Bytes(entry), entry, out inputSchema);
            }

            return new TransformerChain<ITransformer>(transformers, scopes);
        }
        catch (Exception e)
        {
            transformers.OfType<IDisposable>().ToList().ForEach(transformer => transformer.Dispose());
            if (IsInconsistency(e, file))
            {
                throw Inconsistent(e, file);
            }

            throw;
        }
    }

    public static SavedModelDescription Describe(ArchiveReader file)
    {
        try
        {
            return DescribeParts(file);
        }
        catch (Exception e) when (IsInconsistency(e, file))
        {
            throw Inconsistent(e, file);
        }
    }

    private static SavedModelDescription DescribeParts(ArchiveReader file)
    {
        List<SavedPart> parts = [];
        ClassList? classes = null;
        foreach (JsonNode? node in Parts(file))
        {
            (string kind, TransformerScope[] scopes, PartReader part) = Parse(file, node, new Machine(0, null, null, null));
            classes ??= part.Classes;
            var options = (JsonObject)node!["options"]!;
            parts.Add(new SavedPart(
                kind,
                scopes,
                options.Where(option => option.Key != "classList" && option.Value is not null)
                    .ToDictionary(option => option.Key, option => option.Value!.ToJsonString().Trim('"'))));
        }

        return new SavedModelDescription(
            (int)file.Manifest["version"]!,
            file.Manifest["writtenBy"]?.ToString() ?? "unknown",
            parts,
            classes,
            [.. file.Sizes]);
    }

    // What reading a manifest that fits its hash and yet makes no sense ends in.
    private static bool IsInconsistency(Exception e, ArchiveReader file) =>
        e is ArgumentException or FormatException or InvalidOperationException or OverflowException or IOException or InvalidDataException
        && (e as InvalidInputException)?.InputSource != file.File;

    private static InvalidInputException Inconsistent(Exception e, ArchiveReader file) =>
        e is InvalidInputException part && part.InputSource.StartsWith($"{file.File}: ", StringComparison.Ordinal) ? part
            : file.Invalid("a whole and consistent model", ArchiveReader.FirstLine(e), e);

    // Each part may open a session: neither thousands of parts nor parts that share one entry make work that the file's length does not show.
    private static JsonArray Parts(ArchiveReader file)
    {
        JsonArray parts = file.Manifest["parts"] as JsonArray ?? throw file.Invalid("a list of parts", "none");
        if (parts.Count > MaxParts)
        {
            throw file.Invalid($"at most {MaxParts} parts", $"{parts.Count}");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonNode? entry in parts.OfType<JsonObject>().Select(part => part["entries"]).OfType<JsonObject>().SelectMany(entries => entries.Select(pair => pair.Value)))
        {
            if (entry is JsonValue value && value.TryGetValue(out string? name) && !seen.Add(name))
            {
                throw file.Invalid("each entry in one part", $"'{name}' in two");
            }
        }

        return parts;
    }

    private static (string Kind, TransformerScope[] Scopes, PartReader Part) Parse(ArchiveReader file, JsonNode? node, Machine machine)
    {
        if (node is JsonObject part && part["kind"] is JsonValue value && value.TryGetValue(out string? kind)
            && part["scopes"] is JsonArray scopes && part["options"] is JsonObject options
            && part["entries"] is JsonObject entries)
        {
            return (
                kind,
                [.. scopes.Select(scope => scope is JsonValue number && number.TryGetValue(out int bits) ? (TransformerScope)bits : throw file.Invalid("whole numbers as scopes", $"{scope?.ToJsonString() ?? "null"}"))],
                new PartReader(file, kind, options, entries, machine));
        }

        throw file.Invalid("parts with kind, scopes, options and entries", node?.ToJsonString() ?? "null");
    }

    private static ITransformer Read(MLContext context, string kind, PartReader part, ArchiveReader file) => kind switch
    {
        PhotoLoadingTransformer.Kind => PhotoLoadingTransformer.ReadPart(part, context),
        LabelMapLoadingTransformer.Kind => LabelMapLoadingTransformer.ReadPart(part),
        LabelMapToSharesTransformer.Kind => LabelMapToSharesTransformer.ReadPart(part),
        LabelMapToVectorTransformer.Kind => LabelMapToVectorTransformer.ReadPart(part),
        LabelMapToImageTransformer.Kind => LabelMapToImageTransformer.ReadPart(part),
        DenseSegmentationTransformer.Kind => DenseSegmentationTransformer.ReadPart(part, context),
        VectorToLogitsTransformer.Kind => VectorToLogitsTransformer.ReadPart(part),
        PixelSelectionTransformer.Kind => PixelSelectionTransformer.ReadPart(part),
        SparseExtractionTransformer.Kind => SparseExtractionTransformer.ReadPart(part),
        EnsemblingTransformer.Kind => EnsemblingTransformer.ReadPart(part),
        SparseRefinementTransformer.Kind => SparseRefinementTransformer.ReadPart(part),
        _ => throw file.Invalid("a known kind of part", $"'{kind}'"),
    };

    private static ITransformer LoadNative(
        MLContext context, ArchiveReader file, NativeModelGuard guard, byte[] zip, string entry, out DataViewSchema? schema)
    {
        guard.Check(zip, entry);
        using var stream = new MemoryStream(zip, writable: false);
        try
        {
            return context.Model.Load(stream, out schema);
        }
        catch (Exception e)
        {
            // ML.NET's reader, which makes its parts by reflection, lets any exception out for bytes that are no model.
            throw Inconsistent(e.GetBaseException(), file);
        }
    }
}
