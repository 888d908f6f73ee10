using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Commands;

/// <summary><c>evaluate --dense</c>: a dense model by itself, without selector and refiner.</summary>
internal sealed class EvaluateDenseRun
{
    private readonly MLContext _context = new(seed: 1);
    private double _decode;
    private double _dense;

    /// <summary>The ONNX file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>How it sees pictures.</summary>
    public required DenseModelOptions Model { get; init; }

    /// <summary>Names of the classes; null: their numbers.</summary>
    public ClassList? Classes { get; init; }

    /// <summary>Scores the pictures and compares.</summary>
    /// <param name="rows">Pictures with labels.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidInputException">A bad model, picture or label map, named.</exception>
    public DenseReport Execute(WatchedRows rows) => rows.Read(() =>
    {
        IDataView files = _context.Data.LoadFromEnumerable(rows);
        IDataView photos = _context.SemanticSegmentation.LoadPhotos(SavedModel.ImageColumn, nameof(PhotoRow.ImagePath)).Fit(files).Transform(files);
        using DenseModelTransformer dense = _context.SemanticSegmentation
            .DenseModel(new DenseSegmentationOptions
            {
                ModelFile = ModelPath,
                Model = Model,
                PredictedLabelColumnName = SavedModel.AnswerColumn,
                ClassList = Classes,
            })
            .Fit(photos);
        IDataView scored = dense.Transform(_context.SemanticSegmentation
            .LoadLabelMaps(new LabelMapLoadingOptions
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(PhotoRow.LabelPath),
                Classes = Classes?.Count ?? dense.Model.Classes,
            })
            .Fit(photos)
            .Transform(photos));
        double work = 0;
        SemanticSegmentationMetrics metrics = _context.SemanticSegmentation.Evaluate(
            _context.Data.LoadFromEnumerable(Pairs(scored, truth => work += dense.Model.MultiplyAdds(truth.Height, truth.Width) ?? double.NaN)),
            options: new SemanticSegmentationEvaluationOptions { ClassList = Classes, Classes = dense.Model.Classes });
        int count = metrics.Images;
        return new DenseReport(metrics, _decode / count, _dense / count, double.IsNaN(work) ? null : work / count);
    });

    // Each column computes its own stage only, so the time of reading it is the stage's.
    private IEnumerable<LabelPair> Pairs(IDataView scored, Action<LabelMap> seen)
    {
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<MLImage> readImage = cursor.GetGetter<MLImage>(scored.Schema[SavedModel.ImageColumn]);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(scored.Schema["Logits"]);
        ValueGetter<LabelMap> readAnswer = cursor.GetGetter<LabelMap>(scored.Schema[SavedModel.AnswerColumn]);
        ValueGetter<LabelMap> readTruth = cursor.GetGetter<LabelMap>(scored.Schema["Label"]);
        MLImage? image = null;
        try
        {
            while (cursor.MoveNext())
            {
                LabelPair pair = new();
                long start = Stopwatch.GetTimestamp();
                readImage(ref image!);
                _decode += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
                LogitMap logits = null!;
                readLogits(ref logits);
                _dense += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                LabelMap map = null!;
                readTruth(ref map);
                pair.Label = map;
                readAnswer(ref map);
                pair.PredictedLabel = map;
                seen(pair.Label);
                yield return pair;
            }
        }
        finally
        {
            image?.Dispose();
        }
    }

    private sealed class LabelPair
    {
        public LabelMap Label { get; set; } = null!;

        public LabelMap PredictedLabel { get; set; } = null!;
    }
}
