using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Cli;

/// <summary>A fitted pipeline file opened for use. Owns the pipeline; dispose it.</summary>
internal sealed class SavedModel : IDisposable
{
    /// <summary>The text column that pipelines of this tool read their pictures from.</summary>
    public const string ImagePathColumn = nameof(PhotoRow.ImagePath);

    /// <summary>The column of decoded pictures.</summary>
    public const string ImageColumn = "Image";

    /// <summary>The pipelines' column of final answers.</summary>
    public const string AnswerColumn = "PredictedLabel";

    private readonly MLContext _context = new(seed: 1);
    private readonly string _path;
    private readonly ITransformer _loaded;
    private readonly DataViewSchema? _schema;
    private readonly ITransformer _pipeline;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A <c>.sparserefine</c> file.</param>
    /// <exception cref="InvalidInputException">Not such a file, damaged, or a pipeline that takes something else than picture files.</exception>
    public SavedModel(string path)
    {
        _path = path;
        Classes = _context.SemanticSegmentation.Describe(path).ClassList;
        _loaded = _context.SemanticSegmentation.Load(path, out _schema);
        _pipeline = _schema?.GetColumnOrNull(ImagePathColumn)?.Type is TextDataViewType ? _loaded : BehindPictures(_loaded);
        try
        {
            DataViewSchema columns = _pipeline.GetOutputSchema(_context.Data.LoadFromEnumerable<PhotoRow>([]).Schema);
            _ = columns[AnswerColumn];
        }
        catch (Exception e) when (e is ArgumentException or InvalidInputException)
        {
            Dispose();
            throw new InvalidInputException(
                path,
                $"a pipeline from the text column {ImagePathColumn} or the image column {ImageColumn} to the label map {AnswerColumn}",
                $"another: {e.Message.ReplaceLineEndings(" ")}",
                e);
        }
    }

    // Files of this tool begin at the decoded picture: how pictures get there is the reader's affair, and ML.NET's own
    // transformers inside a file would tie it to one ML.NET.
    private TransformerChain<ITransformer> BehindPictures(ITransformer loaded) => new(
    [
        _context.SemanticSegmentation.LoadPhotos(ImageColumn, ImagePathColumn).Fit(_context.Data.LoadFromEnumerable<PhotoRow>([])),
        .. loaded as IEnumerable<ITransformer> ?? [loaded],
    ]);

    /// <summary>The refiner of a file, for training to start from.</summary>
    /// <param name="path">A <c>.sparserefine</c> file.</param>
    /// <returns>The refiner; it holds no native memory.</returns>
    /// <exception cref="InvalidInputException">Not such a file, or one without a refiner.</exception>
    public static SparseRefiner Refiner(string path)
    {
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(path, out _);
        using var owned = loaded as IDisposable;
        return (loaded as IEnumerable<ITransformer> ?? [loaded]).OfType<SparseRefinementTransformer>().LastOrDefault()?.Refiner
            ?? throw new InvalidInputException(path, "a pipeline with a refiner", "one without");
    }

    /// <summary>Names and colours; null where the pipeline was saved without.</summary>
    public ClassList? Classes { get; }

    /// <summary>The one transformer of a kind in the pipeline.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <returns>The transformer, the pipeline's.</returns>
    /// <exception cref="InvalidInputException">The pipeline has none or several.</exception>
    public T Part<T>()
        where T : class, ITransformer
    {
        T[] parts = [.. Flatten(_pipeline).OfType<T>()];
        return parts.Length == 1
            ? parts[0]
            : throw new InvalidInputException(_path, $"a pipeline with one {typeof(T).Name}, as fit writes it", $"{parts.Length}");
    }

    /// <summary>Writes the pipeline with another selector in its refiner.</summary>
    /// <param name="selector">Finds the pixels.</param>
    /// <param name="path">The file to write.</param>
    public void Save(IPixelSelector selector, string path) => _context.SemanticSegmentation.Save(
        new TransformerChain<ITransformer>(
            [.. Flatten(_loaded).Select(t => t is SparseRefinementTransformer refiner ? refiner.WithSelector(selector) : t)]),
        _schema,
        path);

    /// <summary>Compares the pipeline's answers with labels.</summary>
    /// <param name="rows">Pictures with labels.</param>
    /// <param name="selector">Finds the pixels instead of the pipeline's own; null: its own.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="InvalidInputException">A learned selector without weights for a pipeline without such.</exception>
    public RefinementReport Evaluate(WatchedRows rows, IPixelSelector? selector = null) => rows.Read(() =>
    {
        ITransformer pipeline = selector is null ? _pipeline : Behind(selector);
        SemanticSegmentationCatalog segmentation = _context.SemanticSegmentation;
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        IDataView labelled = segmentation
            .LoadLabelMaps(new LabelMapLoadingOptions
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(PhotoRow.LabelPath),
                Classes = Classes?.Count,
            })
            .Fit(data)
            .Transform(data);
        return segmentation.EvaluateRefinement(
            pipeline, labelled, "Label", new SemanticSegmentationEvaluationOptions { ClassList = Classes });
    });

    // Not disposed of: it owns nothing that the pipeline does not.
    private TransformerChain<ITransformer> Behind(IPixelSelector selector)
    {
        try
        {
            return new(
                [.. Flatten(_pipeline).Select(t => t is SparseRefinementTransformer refiner ? refiner.WithSelector(selector) : t)]);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(_path, e);
        }
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer transformer)
        => transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];

    /// <inheritdoc/>
    public void Dispose() => (_pipeline as IDisposable)?.Dispose();
}
