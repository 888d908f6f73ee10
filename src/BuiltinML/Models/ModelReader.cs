using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML;

/// <summary>Reads back what parts wrote through <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelReader
{
    private readonly ZipArchive archive;
    private readonly string folder;

    private ModelReader(IHostEnvironment environment, ZipArchive archive, string folder, BinaryReader reader)
    {
        Environment = environment;
        this.archive = archive;
        this.folder = folder;
        Reader = reader;
    }

    public IHostEnvironment Environment { get; }

    public BinaryReader Reader { get; }

    public static ITransformer Load(IHostEnvironment environment, ZipArchive archive, string folder)
    {
        var entry = archive.GetEntry($"{folder}/Model.key")
            ?? throw new InvalidOperationException($"Could not load legacy format model: no part {folder}");
        using BinaryReader reader = new(entry.Open());
        ModelReader context = new(environment, archive, folder, reader);
        var kind = reader.ReadString();
        return kind switch
        {
            ChainFormat.Kind => ChainFormat.Load(context),
            ColumnCopyingTransformer.Kind => ColumnCopyingTransformer.Load(context),
            ColumnSelectingTransformer.Kind => ColumnSelectingTransformer.Load(context),
            ImageLoadingTransformer.Kind => ImageLoadingTransformer.Load(context),
            ImageResizingTransformer.Kind => ImageResizingTransformer.Load(context),
            CustomMappingFormat.Kind => CustomMappingFormat.Load(context),
            _ => throw new InvalidOperationException($"Unknown model part '{kind}' in {folder}"),
        };
    }

    public ITransformer LoadSubModel(string name) => Load(Environment, archive, $"{folder}/{name}");
}
