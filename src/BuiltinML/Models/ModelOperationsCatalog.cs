using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Saving, loading and using fitted models.</summary>
public sealed class ModelOperationsCatalog
{
    private const string ModelFolder = "TransformerChain";
    private const string SchemaEntry = "Schema";
    private readonly IHostEnvironment environment;

    internal ModelOperationsCatalog(IHostEnvironment environment)
    {
        this.environment = environment;
    }

    /// <summary>Writes a model and its input's columns as one zip.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Its input's columns, or null; columns whose type cannot be saved are left out.</param>
    /// <param name="stream">Where to; stays open.</param>
    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        ModelSaveContext.Save(archive, model, ModelFolder);
        if (inputSchema is not null)
        {
            using BinaryWriter writer = new(archive.CreateEntry(SchemaEntry).Open());
            SchemaFormat.Write(writer, inputSchema);
        }
    }

    /// <summary>Writes a model and its input's columns as one zip file; an existing file is overwritten at once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Its input's columns, or null.</param>
    /// <param name="filePath">Where to.</param>
    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">Where from; stays open.</param>
    /// <param name="inputSchema">The columns saved with it, or null.</param>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
        inputSchema = null;
        if (archive.GetEntry(SchemaEntry) is { } entry)
        {
            using BinaryReader reader = new(entry.Open());
            inputSchema = SchemaFormat.ReadSchema(reader);
        }

        return ModelReader.Load(environment, archive, ModelFolder);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="filePath">Where from.</param>
    /// <param name="inputSchema">The columns saved with it, or null.</param>
    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    /// <summary>An engine that predicts single rows with a model.</summary>
    /// <typeparam name="TSrc">Class of the input rows.</typeparam>
    /// <typeparam name="TDst">Class of the predictions.</typeparam>
    /// <param name="transformer">The model, row to row; the engine disposes it.</param>
    /// <param name="ignoreMissingColumns">Whether predictions may have members that the model does not give.</param>
    /// <param name="inputSchemaDefinition">Columns of the input class, or null to infer them.</param>
    /// <param name="outputSchemaDefinition">Columns of the prediction class, or null to infer them.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(
        ITransformer transformer,
        bool ignoreMissingColumns = true,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, ignoreMissingColumns, inputSchemaDefinition, outputSchemaDefinition, ownsTransformer: true);

    /// <summary>An engine that predicts single rows with a model.</summary>
    /// <typeparam name="TSrc">Class of the input rows.</typeparam>
    /// <typeparam name="TDst">Class of the predictions.</typeparam>
    /// <param name="transformer">The model, row to row; the engine disposes it.</param>
    /// <param name="inputSchema">Types and annotations of the input's columns.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, DataViewSchema inputSchema)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, false, SchemaDefinition.For(typeof(TSrc), inputSchema), null, ownsTransformer: true);

    /// <summary>An engine that predicts single rows with a model.</summary>
    /// <typeparam name="TSrc">Class of the input rows.</typeparam>
    /// <typeparam name="TDst">Class of the predictions.</typeparam>
    /// <param name="transformer">The model, row to row.</param>
    /// <param name="options">Columns, and who disposes the model.</param>
    public PredictionEngine<TSrc, TDst> CreatePredictionEngine<TSrc, TDst>(ITransformer transformer, PredictionEngineOptions options)
        where TSrc : class
        where TDst : class, new()
        => new(transformer, options.IgnoreMissingColumns, options.InputSchemaDefinition, options.OutputSchemaDefinition, options.OwnsTransformer);
}
