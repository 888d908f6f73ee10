using Microsoft.ML;
using Microsoft.ML.Runtime;
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
/// | Exportable to ONNX | No |
/// ]]></format>
/// The rows are read once: photos (3 bytes a pixel), labels (1 byte) and logits stay in memory while training.
/// </remarks>
public sealed class SparseRefinementEstimator : RowMappingEstimator<SparseRefinementTransformer>
{
    private readonly IHost _host;
    private readonly SparseRefinementOptions _options;

    internal SparseRefinementEstimator(IHostEnvironment environment, SparseRefinementOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Selector, "Selector");
        ArgumentNullException.ThrowIfNull(options.Training, "Training");
        options.Training.Validate();
        if (options.ValidationFraction is not (null or (> 0 and < 1)))
        {
            throw new ArgumentException(
                $"ValidationFraction: expected a value above 0 and below 1, got {options.ValidationFraction}");
        }

        _host = environment.Register(nameof(SparseRefinementEstimator));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with image, logits and labels.</param>
    /// <returns>The best epoch's refiner.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">Labels of another size than their photo, or an id that is no class.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was finished.</exception>
    public override SparseRefinementTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using IChannel channel = _host.Start("Training");
        Check(InputColumns.Of(input.Schema));
        TrainingRows rows = TrainingRows.Read(
            input, TrainingColumns.Of(_options), _options.Classes, _options.CancellationToken);
        (ITrainingSet training, ITrainingSet validation) = Split(rows);
        ClassColors.ThrowUnlessFits(_options.ClassList, rows.Classes);
        RefinerFit fit = new RefinerTrainer(_options.Training).Fit(
            training,
            validation,
            _options.Selector,
            rows.Classes,
            report =>
            {
                channel.Info(
                    MessageSensitivity.None,
                    "epoch {0}/{1}: loss {2:0.0000}, mIoU initial {3:0.0000}, refiner {4:0.0000}, ensembled {5:0.0000}",
                    report.Epoch,
                    report.Epochs,
                    report.Loss,
                    report.Validation.Initial.Full.MeanIoU,
                    report.Validation.RefinerOnly.Full.MeanIoU,
                    report.Validation.Ensembled.Full.MeanIoU);
                _options.MetricsCallback?.Invoke(report);
            },
            _options.StepCallback,
            _options.CancellationToken);
        if (fit.IsCancelled)
        {
            channel.Warning(MessageSensitivity.None, "training was ended early; epoch {0} is kept", fit.BestEpoch);
        }

        return new SparseRefinementTransformer(
            SparseRefinementColumns.Of(_options), fit.Refiner, _options.ClassList, _options.Training.Threads, fit);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return SparseRefinementColumns.Of(_options).Describe(input, _options.Classes, _options.ClassList);
    }

    private (ITrainingSet Training, ITrainingSet Validation) Split(TrainingRows rows)
    {
        if (_options.ValidationSet is not null)
        {
            Check(InputColumns.Of(_options.ValidationSet.Schema));
            return (new TrainingList(rows.Examples),
                new TrainingList(TrainingRows.Read(
                    _options.ValidationSet, TrainingColumns.Of(_options), rows.Classes, _options.CancellationToken).Examples));
        }

        if (_options.ValidationFraction is not double fraction || rows.Examples.Count < 2)
        {
            var all = new TrainingList(rows.Examples);
            return (all, all);
        }

        int held = Math.Clamp((int)Math.Round(fraction * rows.Examples.Count), 1, rows.Examples.Count - 1);
        return (new TrainingList([.. rows.Examples.SkipLast(held)]), new TrainingList([.. rows.Examples.TakeLast(held)]));
    }

    private void Check(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        SparseRefinementColumns.Of(_options).Describe(input, _options.Classes, _options.ClassList);
    }
}
