using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>Compares a refiner's three answers with the true labels, photo by photo.</summary>
/// <param name="dense">The dense model; null where another's gave the logits.</param>
/// <param name="options">How to compare.</param>
internal sealed class RefinementEvaluator(DenseModel? dense, SemanticSegmentationEvaluationOptions options)
{
    private RefinementEvaluation? _counts;
    private StageTimes _times;
    private double? _denseMultiplyAdds = 0;
    private double _extractMultiplyAdds;
    private double _ensembleMultiplyAdds;

    /// <summary>Runs a model's refiner on every row.</summary>
    public static RefinementReport Evaluate(
        ITransformer model, IDataView data, string labelColumn, SemanticSegmentationEvaluationOptions options)
    {
        RefinementStages stages = RefinementStages.Of(model);
        IDataView scored = model.Transform(data);

        // The labels may come with the data or out of the model's own chain.
        InputColumns.Of(scored.Schema).RequireLabels(labelColumn);
        DataViewSchema.Column[] needed = [.. new[] { stages.Image, stages.Logits, labelColumn }.Concat(stages.Columns).Select(Column)];
        using DataViewRowCursor cursor = scored.GetRowCursor(needed);
        SharedImage photo = SharedImage.Of(cursor, needed[0]);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(needed[1]);
        ValueGetter<LabelMap> readTruth = cursor.GetGetter<LabelMap>(needed[2]);
        Func<ImageView, LogitMap, RefinementParts, RefinementResult> refine = stages.Bind(cursor);
        RefinementEvaluator evaluator = new(stages.Dense, options);
        LogitMap logits = null!;
        LabelMap truth = null!;
        while (cursor.MoveNext())
        {
            readTruth(ref truth);
            long start = Stopwatch.GetTimestamp();
            _ = photo.Value;
            long decoded = Stopwatch.GetTimestamp();
            readLogits(ref logits);
            long scoredAt = Stopwatch.GetTimestamp();
            RefinementResult result = refine(
                Images.View(photo.Value, stages.Image), Rows.Present(logits, stages.Logits), RefinementParts.Selection | RefinementParts.SparseLogits);
            evaluator.Add(
                Images.Name(photo.Value, $"row {cursor.Position}"),
                Rows.Present(truth, labelColumn),
                result,
                logits.Classes,
                result.Times with
                {
                    Decode = Stopwatch.GetElapsedTime(start, decoded).TotalMilliseconds,
                    Dense = Stopwatch.GetElapsedTime(decoded, scoredAt).TotalMilliseconds,
                });
        }

        return evaluator.Report(SegmentationEvaluator.Names(Column(stages.Output)));

        DataViewSchema.Column Column(string name) => scored.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"column '{name}': expected in the model's output, got no such column");
    }

    /// <summary>Counts a photo.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="truth">True labels.</param>
    /// <param name="result">The answer, with selection and sparse logits.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="times">Of all stages.</param>
    /// <exception cref="InvalidInputException">Sizes that differ, or an id that is no class.</exception>
    public void Add(string name, LabelMap truth, RefinementResult result, int classes, StageTimes times)
    {
        SegmentationEvaluator.ThrowUnlessComparable(name, truth, result.Labels, classes, options.IgnoreIndex);
        _counts ??= new RefinementEvaluation(classes, options.BoundaryIoU ? options.BoundaryWidth : null);
        _counts.Add(truth, result, options.IgnoreIndex);
        _times += times;
        _denseMultiplyAdds += dense?.MultiplyAdds(truth.Height, truth.Width);
        _extractMultiplyAdds += result.ExtractMultiplyAdds;
        _ensembleMultiplyAdds += result.EnsembleMultiplyAdds;
    }

    /// <summary>The report on all photos so far.</summary>
    /// <param name="known">Names of the classes unless the options give some; null: their indices.</param>
    /// <exception cref="ArgumentException">No photos.</exception>
    /// <exception cref="InvalidInputException">No labelled pixel: there is no score of nothing.</exception>
    public RefinementReport Report(IReadOnlyList<string>? known)
    {
        RefinementEvaluation counts = _counts ?? throw new ArgumentException("data: expected at least one row, got none");
        SegmentationEvaluator.ThrowUnlessAny(counts.Initial.Full, options.IgnoreIndex);
        IReadOnlyList<string> names = options.ClassList?.Names ?? known ?? SegmentationEvaluator.Indices(counts.Classes);
        RefinementAnswer Answer(RefinementScores scores) => new(
            new SemanticSegmentationMetrics(scores.Full, counts.Classes, counts.Images, names, scores.Boundary),
            new SemanticSegmentationMetrics(scores.Selected, counts.Classes, counts.Images, names));
        return new RefinementReport
        {
            Images = counts.Images,
            Classes = counts.Classes,
            ClassNames = names,
            Initial = Answer(counts.Initial),
            RefinerOnly = Answer(counts.RefinerOnly),
            Ensembled = Answer(counts.Ensembled),
            Density = counts.Density,
            Milliseconds = _times / counts.Images,
            DenseMultiplyAdds = _denseMultiplyAdds / counts.Images,
            ExtractMultiplyAdds = _extractMultiplyAdds / counts.Images,
            EnsembleMultiplyAdds = _ensembleMultiplyAdds / counts.Images,
        };
    }
}
