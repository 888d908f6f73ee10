using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Metrics;

namespace SparseRefine.MLNet;

/// <summary>Runs a model's refiner on every row and compares its three answers with the true labels.</summary>
internal static class RefinementEvaluator
{
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
        Func<ImageView, LogitMap, RefinementResult> refine = stages.Bind(cursor);
        RefinementEvaluation? counts = null;
        StageTimes times = default;
        double? denseMultiplyAdds = 0;
        (double extract, double ensemble) = (0, 0);
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
            RefinementResult result = refine(Images.View(photo.Value, stages.Image), Rows.Present(logits, stages.Logits));
            SegmentationEvaluator.ThrowUnlessComparable(
                Images.Name(photo.Value, $"row {cursor.Position}"), Rows.Present(truth, labelColumn), result.Labels, logits.Classes, options.IgnoreIndex);
            counts ??= new RefinementEvaluation(logits.Classes, options.BoundaryIoU ? options.BoundaryWidth : null);
            counts.Add(truth, result, options.IgnoreIndex);
            times += result.Times with
            {
                Decode = Stopwatch.GetElapsedTime(start, decoded).TotalMilliseconds,
                Dense = Stopwatch.GetElapsedTime(decoded, scoredAt).TotalMilliseconds,
            };
            denseMultiplyAdds += stages.Dense?.MultiplyAdds(truth.Height, truth.Width);
            extract += result.ExtractMultiplyAdds;
            ensemble += result.EnsembleMultiplyAdds;
        }

        if (counts is null)
        {
            throw new ArgumentException("data: expected at least one row, got none");
        }

        IReadOnlyList<string> names =
            options.ClassList?.Names ?? SegmentationEvaluator.Names(Column(stages.Output)) ?? SegmentationEvaluator.Indices(counts.Classes);
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
            Milliseconds = times / counts.Images,
            DenseMultiplyAdds = denseMultiplyAdds / counts.Images,
            ExtractMultiplyAdds = extract / counts.Images,
            EnsembleMultiplyAdds = ensemble / counts.Images,
        };

        DataViewSchema.Column Column(string name) => scored.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"column '{name}': expected in the model's output, got no such column");
    }
}
