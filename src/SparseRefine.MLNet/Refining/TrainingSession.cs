using Microsoft.ML.Runtime;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>One fit as MLContext.Log and progress listeners see it.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private readonly ITrainedOptions _options;
    private StepReport _step;

    public TrainingSession(IHost host, ITrainedOptions options)
    {
        _options = options;
        _channel = host.Start("Training");
        _progress = host.StartProgressChannel("Training");
        _progress.SetHeader(new ProgressHeader(["loss"], ["epochs", "steps"]), Fill);
        Run = new TrainingRunOptions
        {
            DenseProgress = TellDense,
            EpochProgress = Tell,
            StepProgress = Tell,
            Message = text => _channel.Info(MessageSensitivity.None, "{0}", text),
            Cancellation = options.CancellationToken,
            KeepBestOnCancel = options.KeepBestOnCancel,
            WorkspacePath = options.WorkspacePath,
        };
    }

    public TrainingRunOptions Run { get; }

    public void Start(int training, int validation) => _channel.Info(
        MessageSensitivity.None,
        "training on {0} rows, validating on {1}{2}",
        training,
        validation,
        _options.Epochs > 0 ? $", {_options.Epochs} epochs" : string.Empty);

    public void End(TrainingHistory history)
    {
        switch (history.End)
        {
            case TrainingEnd.Diverged:
                _channel.Warning(MessageSensitivity.None, "{0}; epoch {1} is kept", history.Failure!, history.BestEpoch);
                break;
            case TrainingEnd.Cancelled:
                _channel.Warning(MessageSensitivity.None, "training was cancelled; epoch {0} is kept", history.BestEpoch);
                break;
            default:
                _channel.Info(
                    MessageSensitivity.None,
                    "training {0} after {1} epochs; epoch {2} is kept",
                    history.End == TrainingEnd.StoppedEarly ? "stopped early" : "finished",
                    history.Epochs.Count,
                    history.BestEpoch);
                break;
        }

        if (history.BeatsDense == false)
        {
            _channel.Warning(
                MessageSensitivity.None,
                "no better than the dense model: mIoU {0:0.0000} of it alone on the validation photos, {1}; more photos, a teacher or another share of pixels may help",
                history.Dense!.Scores.MeanIoU,
                string.Join(", ", history.BestOfEach.Select(best => best.Score)));
        }
    }

    public void Dispose()
    {
        _progress.Dispose();
        _channel.Dispose();
    }

    private void TellDense(EpochReport report)
    {
        _channel.Info(MessageSensitivity.None, "epoch 0, the dense model alone: mIoU {0:0.0000}", report.Scores.MeanIoU);
        (_options as RefinementTrainerOptions)?.DenseCallback?.Invoke(report);
    }

    private void Tell(EpochReport report)
    {
        string scores = report.Validation is { } validation
            ? FormattableString.Invariant($"mIoU initial {validation.Initial.Full.MeanIoU:0.0000}, {string.Join(", ", report.Ensemblers.Skip(1))}")
            : FormattableString.Invariant($"mIoU {report.Scores.MeanIoU:0.0000}");
        _channel.Info(
            MessageSensitivity.None, "epoch {0}/{1}: loss {2:0.0000}, {3}", report.Epoch, report.Epochs, report.Loss, scores);
        _options.MetricsCallback?.Invoke(report);
    }

    private void Tell(StepReport step)
    {
        if (_step.Remaining is null && step.Remaining is TimeSpan remaining)
        {
            _channel.Info(
                MessageSensitivity.None, "about {0:hh\\:mm\\:ss} left: {1} epochs of {2} steps", remaining, step.Epochs - step.Epoch + 1, step.Steps);
        }

        _step = step;
        _progress.Checkpoint(double.IsNaN(step.Loss) ? null : step.Loss, step.Epoch, step.Step);
        _options.StepCallback?.Invoke(step);
    }

    // A listener may ask at any time, from a thread of its own: it sees this step or the last one.
    private void Fill(IProgressEntry entry)
    {
        StepReport step = _step;
        entry.SetMetric(0, step.Loss);
        entry.SetProgress(0, step.Epoch, step.Epochs);
        entry.SetProgress(1, step.Step, step.Steps);
    }
}
