using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Onnx;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.MLNet;

/// <summary>Compares a refiner's three answers with the true labels, photo by photo.</summary>
/// <param name="dense">The dense model; null where another's gave the logits.</param>
/// <param name="options">How to compare.</param>
internal sealed class RefinementEvaluator(DenseModel? dense, SemanticSegmentationEvaluationOptions options)
{
    private RefinementEvaluation? _counts;
    private RefinementEvaluation? _taught;
    private ConfusionMatrix? _teacher;
    private int _images;
    private int _classes;
    private long _pixels;
    private long _selected;
    private long _changed;
    private double _teaching;
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
        InputColumns there = InputColumns.Of(scored.Schema);
        string? teacherColumn = options.TeacherLogitsColumnName;
        bool hasLabels = teacherColumn is null || there.Has(labelColumn);
        if (hasLabels)
        {
            there.RequireLabels(labelColumn);
        }

        if (teacherColumn is not null)
        {
            there.RequireLogits(teacherColumn);
        }

        string[] further = [.. stages.Columns, .. hasLabels ? new[] { labelColumn } : [], .. new[] { teacherColumn }.OfType<string>()];
        DataViewSchema.Column[] needed = [.. new[] { stages.Image, stages.Logits }.Concat(further).Select(Column)];
        using DataViewRowCursor cursor = scored.GetRowCursor(needed);
        SharedImage photo = SharedImage.Of(cursor, needed[0]);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(needed[1]);
        ValueGetter<LabelMap>? readTruth = hasLabels ? cursor.GetGetter<LabelMap>(Column(labelColumn)) : null;
        ValueGetter<LogitMap>? readTeacher = teacherColumn is null ? null : cursor.GetGetter<LogitMap>(Column(teacherColumn));
        Func<ImageView, LogitMap, RefinementParts, RefinementResult> refine = stages.Bind(cursor);
        RefinementEvaluator evaluator = new(stages.Dense, options);
        LogitMap logits = null!;
        while (cursor.MoveNext())
        {
            LabelMap truth = null!;
            readTruth?.Invoke(ref truth);
            long start = Stopwatch.GetTimestamp();
            _ = photo.Value;
            long decoded = Stopwatch.GetTimestamp();
            readLogits(ref logits);
            long scoredAt = Stopwatch.GetTimestamp();
            RefinementResult result = refine(
                Images.View(photo.Value, stages.Image), Rows.Present(logits, stages.Logits), RefinementParts.Selection | RefinementParts.SparseLogits);
            long teachingAt = Stopwatch.GetTimestamp();
            LogitMap teacher = null!;
            readTeacher?.Invoke(ref teacher);
            LabelMap? answer = readTeacher is null ? null : Rows.Present(teacher, teacherColumn!).ToLabels(result.Labels.Height, result.Labels.Width);
            evaluator.Add(
                Images.Name(photo.Value, $"row {cursor.Position}"),
                readTeacher is null ? Rows.Present(truth, labelColumn) : truth,
                answer is null ? null : (answer, teacher.Classes, Stopwatch.GetElapsedTime(teachingAt).TotalMilliseconds),
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
    /// <param name="truth">True labels; null: the photo has none.</param>
    /// <param name="teacher">A teacher's classes, the number of those that it knows, and the milliseconds it took; null: there is no teacher.</param>
    /// <param name="result">The answer, with selection and sparse logits.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="times">Of all stages.</param>
    /// <exception cref="InvalidInputException">Sizes that differ, an id that is no class, or a teacher of other classes.</exception>
    public void Add(
        string name, LabelMap? truth, (LabelMap Labels, int Classes, double Milliseconds)? teacher, RefinementResult result, int classes, StageTimes times)
    {
        _classes = classes;
        _counts ??= NewEvaluation();
        _teacher ??= new ConfusionMatrix(classes);
        if (truth is not null)
        {
            SegmentationEvaluator.ThrowUnlessComparable(name, truth, result.Labels, classes, options.IgnoreIndex);
            _counts.Add(truth, result, options.IgnoreIndex);
        }

        if (teacher is var (answer, known, milliseconds))
        {
            if (known != classes)
            {
                throw new InvalidInputException(name, $"a teacher of {classes} classes", $"{known}");
            }

            // A teacher ignores nothing, not even where a class has the index of what is not labelled.
            (_taught ??= NewEvaluation()).Add(answer, result, byte.MaxValue);
            _teaching += milliseconds;
            if (truth is not null)
            {
                _teacher.Add(truth, answer, options.IgnoreIndex);
            }
        }

        _images++;
        _pixels += result.Labels.Labels.LongLength;
        _selected += result.SelectedPixels;
        _changed += result.Labels.Labels.Zip(result.Selection!.DenseLabels.Labels).LongCount(pair => pair.First != pair.Second);
        _times += times;
        _denseMultiplyAdds += dense?.MultiplyAdds(result.Labels.Height, result.Labels.Width);
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
        if (_taught is null)
        {
            SegmentationEvaluator.ThrowUnlessAny(counts.Initial.Full, options.IgnoreIndex);
        }

        IReadOnlyList<string> names = options.ClassList?.Names ?? known ?? SegmentationEvaluator.Indices(counts.Classes);
        RefinementAnswer AnswerOf(RefinementScores scores, int images) => new(
            new SemanticSegmentationMetrics(scores.Full, counts.Classes, images, names, scores.Boundary),
            new SemanticSegmentationMetrics(scores.Selected, counts.Classes, images, names));
        RefinementAnswer Answer(RefinementScores scores) => AnswerOf(scores, counts.Images);
        return new RefinementReport
        {
            Images = _images,
            LabelledImages = counts.Images,
            Classes = counts.Classes,
            ClassNames = names,
            Initial = Answer(counts.Initial),
            RefinerOnly = Answer(counts.RefinerOnly),
            Ensembled = Answer(counts.Ensembled),
            Teacher = _taught is not RefinementEvaluation taught ? null : new TeacherAgreement
            {
                Initial = AnswerOf(taught.Initial, _images),
                RefinerOnly = AnswerOf(taught.RefinerOnly, _images),
                Ensembled = AnswerOf(taught.Ensembled, _images),
                ByLabels = new SemanticSegmentationMetrics(_teacher!, counts.Classes, counts.Images, names),
                Milliseconds = _teaching / _images,
            },
            Changed = (double)_changed / _pixels,
            Density = (double)_selected / _pixels,
            Milliseconds = _times / _images,
            DenseMultiplyAdds = _denseMultiplyAdds / _images,
            ExtractMultiplyAdds = _extractMultiplyAdds / _images,
            EnsembleMultiplyAdds = _ensembleMultiplyAdds / _images,
        };
    }

    private RefinementEvaluation NewEvaluation() => new(_classes, options.BoundaryIoU ? options.BoundaryWidth : null);
}
