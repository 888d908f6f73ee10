using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.MLNet;

/// <summary>
/// Walks the rows once and asks for the stages' columns in their order: each getter computes its own stage only, so the
/// time between two of them is that stage's.
/// </summary>
internal sealed class RefinementReporter
{
    private readonly RefinementColumns _columns;
    private readonly SemanticSegmentationEvaluationOptions _options;
    private readonly double[] _milliseconds = new double[Enum.GetValues<Stage>().Length];
    private Tally? _initial;
    private Tally? _refinerOnly;
    private Tally? _ensembled;
    private int _images;
    private long _pixels;
    private long _selected;
    private double? _denseMultiplyAdds = 0;
    private double _extractMultiplyAdds;
    private double _ensembleMultiplyAdds;
    private int _classes;

    private RefinementReporter(RefinementColumns columns, SemanticSegmentationEvaluationOptions options)
    {
        _columns = columns;
        _options = options;
    }

    public static RefinementReport Report(
        ITransformer model, IDataView data, string labelColumn, SemanticSegmentationEvaluationOptions options)
    {
        var reporter = new RefinementReporter(RefinementColumns.Of(model), options);
        IDataView scored = model.Transform(data);

        // The labels may come with the data or out of the model's own chain.
        InputColumns.Of(scored.Schema).RequireLabels(labelColumn);
        return reporter.Walk(scored, labelColumn);
    }

    private RefinementReport Walk(IDataView data, string labelColumn)
    {
        DataViewSchema.Column Column(string name) => data.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"column '{name}': expected in the model's output, got no such column");
        DataViewSchema.Column image = Column(_columns.Image);
        DataViewSchema.Column output = Column(_columns.Output);
        DataViewSchema.Column[] needed =
            [image, Column(_columns.Logits), Column(_columns.Selection), Column(_columns.SparseLogits), output, Column(labelColumn)];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        SharedImage photo = RowImages.Of(cursor, image);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(needed[1]);
        ValueGetter<PixelSelection> readSelection = cursor.GetGetter<PixelSelection>(needed[2]);
        ValueGetter<SparseLogits> readSparse = cursor.GetGetter<SparseLogits>(needed[3]);
        ValueGetter<LabelMap> readOutput = cursor.GetGetter<LabelMap>(output);
        ValueGetter<LabelMap> readTruth = cursor.GetGetter<LabelMap>(needed[5]);
        LogitMap logits = null!;
        PixelSelection selection = null!;
        SparseLogits sparse = null!;
        LabelMap merged = null!;
        LabelMap truth = null!;
        while (cursor.MoveNext())
        {
            readTruth(ref truth);
            MLImage? current = null;
            Time(Stage.Decode, () => current = photo.Value);
            Time(Stage.Dense, () => readLogits(ref logits));
            Time(Stage.Select, () => readSelection(ref selection));
            Time(Stage.Extract, () => readSparse(ref sparse));
            Time(Stage.Ensemble, () => readOutput(ref merged));
            string name = Images.Name(current, $"row {cursor.Position}");
            SegmentationEvaluator.ThrowUnlessComparable(
                name, Rows.Present(truth, labelColumn), merged, logits.Classes, _options.IgnoreIndex);
            Count(truth, selection, sparse, merged, logits.Classes);
        }

        return _images == 0
            ? throw new ArgumentException("data: expected at least one row, got none")
            : Finish(_options.ClassList?.Names ?? SegmentationEvaluator.Names(output));
    }

    private void Time(Stage stage, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        _milliseconds[(int)stage] += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private void Count(LabelMap truth, PixelSelection selection, SparseLogits sparse, LabelMap merged, int classes)
    {
        _classes = classes;
        _initial ??= new Tally(classes, _options);
        _refinerOnly ??= new Tally(classes, _options);
        _ensembled ??= new Tally(classes, _options);
        _initial.Add(truth, selection.DenseLabels, selection);
        _refinerOnly.Add(truth, LabelMerger.Merge(selection, sparse.Values, classes), selection);
        _ensembled.Add(truth, merged, selection);
        _images++;
        _pixels += truth.Labels.Length;
        _selected += selection.Sites.Count;
        _denseMultiplyAdds += _columns.Dense?.MultiplyAdds(truth.Height, truth.Width);
        _extractMultiplyAdds += _columns.ExtractMultiplyAdds(selection);
        _ensembleMultiplyAdds += _columns.EnsembleMultiplyAdds(selection);
    }

    private RefinementReport Finish(IReadOnlyList<string>? names)
    {
        names ??= SegmentationEvaluator.Indices(_classes);
        return new RefinementReport
        {
            Images = _images,
            Classes = _classes,
            ClassNames = names,
            Initial = _initial!.Answer(_images, names),
            RefinerOnly = _refinerOnly!.Answer(_images, names),
            Ensembled = _ensembled!.Answer(_images, names),
            Density = (double)_selected / _pixels,
            Milliseconds = StageTimes.Of(stage => _milliseconds[(int)stage]) / _images,
            DenseMultiplyAdds = _denseMultiplyAdds / _images,
            ExtractMultiplyAdds = _extractMultiplyAdds / _images,
            EnsembleMultiplyAdds = _ensembleMultiplyAdds / _images,
        };
    }

    private sealed class Tally(int classes, SemanticSegmentationEvaluationOptions options)
    {
        private readonly ConfusionMatrix _full = new(classes);
        private readonly ConfusionMatrix _mask = new(classes);
        private readonly BoundaryIoU? _boundary =
            options.BoundaryIoU ? new BoundaryIoU(classes, options.BoundaryWidth) : null;

        public void Add(LabelMap truth, LabelMap guess, PixelSelection selection)
        {
            _full.Add(truth, guess, options.IgnoreIndex);
            _mask.Add(truth, guess, selection.Sites, options.IgnoreIndex);
            _boundary?.Add(truth, guess, options.IgnoreIndex);
        }

        public RefinementAnswer Answer(int images, IReadOnlyList<string> names) => new(
            new SemanticSegmentationMetrics(_full, classes, images, names, _boundary),
            new SemanticSegmentationMetrics(_mask, classes, images, names));
    }
}
