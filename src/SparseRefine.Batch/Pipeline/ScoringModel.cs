using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>A fitted pipeline, opened once for all workers. Owns the pipeline; dispose it when no scorer runs any more.</summary>
internal sealed class ScoringModel : IDisposable
{
    private const string PathColumn = "ImagePath";
    private const string ImageColumn = "Image";

    private readonly ITransformer _loaded;
    private readonly ScoringColumns _columns;
    private readonly IRowToRowMapper _mapper;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A <c>.sparserefine</c> file.</param>
    /// <exception cref="InvalidInputException">Not such a file, damaged, or a pipeline that takes something else than pictures.</exception>
    public ScoringModel(string path)
    {
        MLContext context = new(seed: 1);
        SavedModelDescription description = context.SemanticSegmentation.Describe(path);
        Classes = description.ClassList;
        _columns = ScoringColumns.Of(description);
        Hash = HashOf(path);
        _loaded = context.SemanticSegmentation.Load(path, out _);
        try
        {
            (ITransformer pipeline, string image) = BehindPictures(_loaded);
            DataViewSchema.Builder schema = new();
            schema.AddColumn(PathColumn, TextDataViewType.Instance);
            schema.AddColumn(image, new ImageDataViewType());
            _mapper = pipeline.GetRowToRowMapper(schema.ToSchema());
            using PhotoScorer _ = CreateScorer();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidInputException)
        {
            Dispose();
            throw new InvalidInputException(
                path,
                $"a pipeline from the text column {PathColumn} or the image column {ImageColumn} to the label map {_columns.Labels}",
                $"another: {OneLine.Of(e.Message)}",
                e);
        }
    }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Names and colours; null where the pipeline was saved without.</summary>
    public ClassList? Classes { get; }

    /// <summary>How logits are read between their own pixels.</summary>
    public Interpolation Interpolation => _columns.Interpolation;

    /// <summary>A scorer for one worker; all of them run on the one model.</summary>
    public PhotoScorer CreateScorer() => new(_mapper, _columns);

    /// <inheritdoc/>
    public void Dispose() => (_loaded as IDisposable)?.Dispose();

    // A pipeline that begins by loading its pictures is entered behind that: the job decodes them itself, ahead of the models.
    private static (ITransformer Pipeline, string ImageColumn) BehindPictures(ITransformer loaded)
    {
        ITransformer[] parts = [.. Flatten(loaded)];
        if (parts is not [ImageLoadingTransformer loader, ..])
        {
            return (loaded, ImageColumn);
        }

        DataViewSchema.Builder schema = new();
        schema.AddColumn(PathColumn, TextDataViewType.Instance);
        DataViewSchema.Column image = loader.GetOutputSchema(schema.ToSchema()).First(column => column.Type is ImageDataViewType);
        return (new TransformerChain<ITransformer>(parts[1..]), image.Name);
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
