using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Trains the sparse network and the gate together, as the paper (arXiv 2407.19014) does.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | MLImage, LogitMap, and LabelMap to fit |
/// | Output column data type | LabelMap; PixelSelection and SparseLogits as further columns |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// Photos (3 bytes a pixel), labels (1 byte) and logits stay in memory while training, as far as <see cref="TrainerOptions.CacheBytes"/> reaches; the rows
/// beyond are read and scored again.
/// </remarks>
public sealed partial class SparseRefinementTrainer : RowMappingEstimator<SparseRefinementTransformer>
{
    private const float UsualEntropy = 0.3f;
    private const double MostDensity = 0.25;

    private readonly IHost _host;
    private readonly Options _options;

    internal SparseRefinementTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = environment.Register(nameof(SparseRefinementTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with image, logits and labels, or a teacher's logits instead of labels or beside them.</param>
    /// <returns>
    /// The best epoch's refiner with its best ensembler, also where that is no better than the dense model: <see cref="TrainingHistory.BeatsDense"/> of
    /// <see cref="SparseRefinementTransformer.Training"/> says so, and a warning in the log.
    /// </returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are no rows, or a warm start of another shape.</exception>
    /// <exception cref="InvalidInputException">
    /// Labels of another size than their photo, an id that is no class, or a checkpoint that is damaged or of another training.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="RefinementTrainerOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public override SparseRefinementTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var session = new TrainingSession(_host, _options);
        using TeacherAnswers? teacher = _options.TeacherLogitsColumnName is string column
            ? new TeacherAnswers(column, _options.TeacherWorkspacePath ?? _options.WorkspacePath, new Workers(_options.Threads)) { Callback = _options.TeacherCallback }
            : null;
        var examples = new TrainingExamples(TrainingColumns.Of(_options), _options.Classes, teacher);
        using var sets = new TrainingSets<TrainingExample>(input, _options, Check, examples.Columns, examples.Bind);
        if (teacher is not null)
        {
            // Rows that are read again are no news.
            teacher.Callback = null;
        }

        ClassColors.ThrowUnlessFits(_options.ClassList, examples.Classes);
        session.Start(sets.Training.Count, sets.Validation.Count);
        RefinerFit fit = new RefinerTrainer(_options).Fit(
            sets.Training,
            sets.Validation,
            _options.ChooseSelector is null && _options.Selector is IPixelSelector given ? given : Choose(sets.Validation),
            examples.Classes,
            session.Run,
            _options.WarmStart);
        session.End(fit.History);
        return new SparseRefinementTransformer(
            SparseRefinementColumns.Of(_options), fit.Refiner, _options.ClassList, _options.Threads, fit.History);
    }

    private IPixelSelector Choose(IReadOnlyList<TrainingExample> photos)
    {
        ThresholdCalibration calibration = new(_options.Interpolation);
        Workers workers = new(_options.Threads);
        foreach (TrainingExample example in ReadAhead.InOrder(photos))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            calibration.Add(example.AllLogits[0], example.Labels, workers, _options.IgnoreIndex);
        }

        return (_options.ChooseSelector ?? Usual)(calibration)
            ?? throw new ArgumentException("ChooseSelector: expected a function that gives a selector, got one that gives null");
    }

    private EntropySelector Usual(ThresholdCalibration calibration) =>
        new(Math.Max(UsualEntropy, calibration.ForDensity(MostDensity).Threshold), _options.Interpolation);

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        CheckTargets(input);
        return SparseRefinementColumns.Of(_options).Describe(input, _options.Classes, _options.ClassList);
    }

    // Labels, or a teacher, or both.
    private void CheckTargets(InputColumns input)
    {
        if (_options.TeacherLogitsColumnName is string teacher)
        {
            input.RequireLogits(teacher);
        }

        if (_options.TeacherLogitsColumnName is null || input.Has(_options.LabelColumnName))
        {
            input.RequireLabels(_options.LabelColumnName);
        }
    }

    private void Check(InputColumns input)
    {
        CheckTargets(input);
        foreach (string further in _options.FurtherLogitsColumnNames)
        {
            input.RequireLogits(further);
        }

        SparseRefinementColumns.Of(_options).Describe(input, _options.Classes, _options.ClassList);
    }
}
