using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Cli;

/// <summary>A fitted pipeline file opened for use. Owns the pipeline; dispose it.</summary>
internal sealed class SavedModel : IDisposable
{
    /// <summary>The text column that pipelines of this tool read their pictures from.</summary>
    public const string ImagePathColumn = nameof(PhotoRow.ImagePath);

    /// <summary>The pipelines' column of final answers.</summary>
    public const string AnswerColumn = "PredictedLabel";

    private readonly MLContext _context = new(seed: 1);
    private readonly ITransformer _pipeline;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A <c>.sparserefine</c> file.</param>
    /// <exception cref="InvalidInputException">Not such a file, damaged, or a pipeline that takes something else than picture files.</exception>
    public SavedModel(string path)
    {
        Classes = _context.SemanticSegmentation.Describe(path).ClassList;
        _pipeline = _context.SemanticSegmentation.Load(path, out DataViewSchema? schema);
        DataViewSchema.Column? input = schema?.GetColumnOrNull(ImagePathColumn);
        if (input?.Type is not TextDataViewType)
        {
            Dispose();
            throw new InvalidInputException(
                $"{path}: expected a pipeline that reads the text column {ImagePathColumn}, got " +
                (schema is null ? "one saved without its input" : string.Join(", ", schema.Select(c => $"{c.Name} ({c.Type})"))));
        }
    }

    /// <summary>Names and colours; null where the pipeline was saved without.</summary>
    public ClassList? Classes { get; }

    /// <summary>Compares the pipeline's answers with labels.</summary>
    /// <param name="rows">Pictures with labels.</param>
    /// <returns>The evaluation.</returns>
    public RefinementReport Evaluate(WatchedRows rows) => rows.Read(() =>
    {
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
            _pipeline, labelled, "Label", new SemanticSegmentationEvaluationOptions { ClassList = Classes });
    });

    /// <summary>Scores pictures one after the other.</summary>
    /// <param name="rows">The pictures.</param>
    /// <param name="use">
    /// Called for each picture with its columns; what it does not read is not computed.
    /// </param>
    public void Score(WatchedRows rows, Action<PhotoRow, ScoredPhoto> use) => _ = rows.Read(() =>
    {
        IDataView scored = _pipeline.Transform(_context.Data.LoadFromEnumerable(rows));
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        using ScoredPhoto photo = new(cursor);
        while (cursor.MoveNext())
        {
            use(rows.Current!, photo);
        }

        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => (_pipeline as IDisposable)?.Dispose();
}
