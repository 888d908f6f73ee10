using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>Where a model part writes itself. Outside ML.NET it can only be handed on to one of ML.NET's own parts.</summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly ZipArchive archive;
    private readonly string folder;
    private readonly MemoryStream payload = new();
    private string kind;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        this.archive = archive;
        this.folder = folder;
        Writer = new BinaryWriter(payload);
    }

    internal BinaryWriter Writer { get; }

    internal static void Save(ZipArchive archive, ICanSaveModel model, string folder)
    {
        using ModelSaveContext context = new(archive, folder);
        model.Save(context);
        context.Finish();
    }

    internal void Sign(string partKind)
    {
        if (kind is not null)
        {
            throw new InvalidOperationException($"The part is already saved as {kind}");
        }

        kind = partKind;
    }

    internal void SaveSubModel(ICanSaveModel model, string name) => Save(archive, model, $"{folder}/{name}");

    private void Finish()
    {
        if (kind is null)
        {
            throw new InvalidOperationException("ModelSignature not specified!");
        }

        Writer.Flush();
        using var stream = archive.CreateEntry($"{folder}/Model.key").Open();
        using BinaryWriter target = new(stream);
        target.Write(kind);
        target.Write(payload.GetBuffer(), 0, (int)payload.Length);
    }

    /// <summary>Ends the writing.</summary>
    public void Dispose() => Writer.Dispose();
}
