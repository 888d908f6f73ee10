using System.Diagnostics;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>
/// Epochs of steps and validation: schedule, clipping and AdamW; keeps the best epoch; stops when asked to, when nothing gets
/// better and when something is not finite; writes checkpoints and goes on from them.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly TrainingTask _task;
    private readonly TrainingRunOptions _run;
    private readonly TrainerOptions _options;
    private readonly CosineSchedule _schedule;
    private readonly TrainingState _state;
    private readonly CheckpointFile? _checkpoint;
    private readonly TrainingForecast _forecast;

    public TrainingLoop(TrainingTask task, TrainingRunOptions run)
    {
        _task = task;
        _run = run;
        _options = task.Options;
        int total = checked(task.StepsPerEpoch * _options.Epochs);
        _schedule = new CosineSchedule((int)(total * _options.WarmupFraction), total, _options.LearningRate);
        _state = new TrainingState(task.Parameters, _options);
        _forecast = new TrainingForecast(task.StepsPerEpoch, _options.Epochs);
        if (run.WorkspacePath is string folder)
        {
            _checkpoint = new CheckpointFile(folder, task.Identify());
            if (_checkpoint.TryLoad(_state))
            {
                run.Message?.Invoke(
                    $"{_checkpoint.Path}: goes on after {_state.Epoch - 1} of {_options.Epochs} epochs and {_state.Step} steps");
            }
        }
    }

    /// <summary>Trains; the best epoch's values are in the task's parameters afterwards.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, and there is nothing to keep or it shall not be kept.</exception>
    /// <exception cref="TrainingDivergedException">Not finite, or nothing to learn from, before the first epoch was finished.</exception>
    public TrainingHistory Run()
    {
        using TrainingTask task = _task;
        string? failure = null;
        TrainingEnd end = TrainingEnd.Finished;
        ValidateDense();
        while (_state.Epoch <= _options.Epochs && end == TrainingEnd.Finished)
        {
            if (StopsEarly())
            {
                end = TrainingEnd.StoppedEarly;
                break;
            }

            long started = Stopwatch.GetTimestamp();
            try
            {
                TrainEpoch();
                EpochReport report = Validate(started);
                _checkpoint?.Save(_state);
                _run.EpochProgress?.Invoke(report);
            }
            catch (TrainingDivergedException e)
            {
                end = TrainingEnd.Diverged;
                bool isEpochDone = _state.Step == _task.StepsPerEpoch;
                bool isEmpty = isEpochDone && _state.LossCount == 0;
                string place = isEmpty ? "" : isEpochDone ? ", validation" : $", step {_state.Step + 1}";
                string hint = isEmpty ? "a selector that selects more, or larger crops, may help" : "a lower LearningRate may help";
                failure = $"{e.Message}, epoch {_state.Epoch}{place}; {hint}";
            }
            catch (OperationCanceledException) when (_run.Cancellation.IsCancellationRequested)
            {
                end = TrainingEnd.Cancelled;
                _state.Elapsed += Stopwatch.GetElapsedTime(started);
                _checkpoint?.Save(_state);
            }
        }

        return Keep(end, failure);
    }

    /// <summary>Scores the dense answer: epoch 0, also of a training that goes on.</summary>
    private void ValidateDense()
    {
        if (_state.Dense is null && !_run.Cancellation.IsCancellationRequested)
        {
            long started = Stopwatch.GetTimestamp();
            try
            {
                if (_task.ValidateDense(_run.Cancellation) is not TaskValidation validation)
                {
                    return;
                }

                _state.Dense = EpochReport.Of(
                    0, _options.Epochs, double.NaN, null, validation, isBest: false, Stopwatch.GetElapsedTime(started));
                ThrowUnlessLabelled(_state.Dense);
            }
            catch (OperationCanceledException) when (_run.Cancellation.IsCancellationRequested)
            {
                // The loop finds the same, and ends in order.
                return;
            }
        }

        if (_state.Dense is EpochReport dense)
        {
            _run.DenseProgress?.Invoke(dense);
        }
    }

    private void ThrowUnlessLabelled(EpochReport report)
    {
        if (report.Scores.Total == 0)
        {
            throw new InvalidInputException("validation", "a labelled pixel", $"only label {_options.IgnoreIndex} (ignored)");
        }
    }

    private bool StopsEarly()
    {
        if (_options.Patience == 0 || _state.Reports.Count == 0)
        {
            return false;
        }

        var early = new EarlyStopping(_options.MinDelta, _options.Patience);
        foreach (EpochReport report in _state.Reports)
        {
            early.Update(report.Score);
        }

        return early.ShouldStop;
    }

    /// <summary>The steps of the epoch in work that are not done yet.</summary>
    /// <exception cref="TrainingDivergedException">Not finite, or nothing to learn in the whole epoch; the message has no place yet.</exception>
    private void TrainEpoch()
    {
        int steps = _task.StepsPerEpoch;
        while (_state.Step < steps)
        {
            _run.Cancellation.ThrowIfCancellationRequested();
            foreach (Parameter parameter in _task.Parameters)
            {
                Array.Clear(parameter.Gradient);
            }

            Garbage.Bound();
            StepOutcome outcome = _task.Step(_state.Epoch, _state.Step);
            if (outcome.Loss is double loss)
            {
                if (!double.IsFinite(loss))
                {
                    throw new TrainingDivergedException($"loss: expected a finite number, got {loss} on {outcome.Photos}");
                }

                double norm = GradientClipping.ByNorm(_task.Parameters, _options.GradientClip);
                if (!double.IsFinite(norm))
                {
                    throw new TrainingDivergedException($"gradient: expected a finite norm, got {norm} on {outcome.Photos}");
                }

                long step = ((long)(_state.Epoch - 1) * steps) + _state.Step;
                _state.Optimizer.Step(_schedule.Rate((int)step), _task.Workers);
                _state.Average?.Update();
                _state.LossSum += loss;
                _state.LossCount++;
            }

            _state.DensitySum += outcome.Density;
            _state.Step++;
            _forecast.Step();
            _forecast.ValidationSteps = ValidationSteps();
            _run.StepProgress?.Invoke(new StepReport(_state.Epoch, _state.Step, steps, outcome.Loss ?? double.NaN)
            {
                Epochs = _options.Epochs,
                Remaining = _forecast.Remaining(_state.Epoch, _state.Step),
            });
        }

        if (_state.LossCount == 0)
        {
            throw new TrainingDivergedException("pixels to learn from: expected crops with selected pixels that have a label, got none");
        }
    }

    // An answer without a backward pass takes about a third of a step's time for each selected pixel.
    private double ValidationSteps()
    {
        double crops = (double)_options.CropHeight * _options.CropWidth * _options.BatchSize;
        double pixels = crops * (_state.DensitySum ?? 0) / _state.Step;
        return pixels > 0 && _state.Dense?.Validation is RefinementEvaluation dense ? dense.SelectedPixels / pixels / 3 : 0;
    }

    /// <summary>Ends the epoch in work: what is validated, and kept where it is the best, is the average if there is one.</summary>
    private EpochReport Validate(long started)
    {
        _state.Average?.Swap();
        long begun = Stopwatch.GetTimestamp();
        try
        {
            TaskValidation validation = _task.Validate(_run.Cancellation);
            EpochReport report = EpochReport.Of(
                _state.Epoch,
                _options.Epochs,
                _state.LossSum / _state.LossCount,
                _state.DensitySum / _state.Step,
                validation,
                isBest: false,
                _state.Elapsed + Stopwatch.GetElapsedTime(started));
            ThrowUnlessLabelled(report);
            double? best = _state.BestReport?.Score;
            report = report with { IsBest = best is null || report.Score > best };
            _state.NextEpoch(report);
            return report;
        }
        finally
        {
            _state.Average?.Swap();
            _forecast.Validated(Stopwatch.GetElapsedTime(begun));
        }
    }

    private TrainingHistory Keep(TrainingEnd end, string? failure)
    {
        if (end == TrainingEnd.Cancelled && (_state.BestReport is null || !_run.KeepBestOnCancel))
        {
            throw new OperationCanceledException(
                _state.BestReport is null ? "cancelled before the first epoch was finished" : "cancelled", _run.Cancellation);
        }

        if (_state.BestReport is not EpochReport best)
        {
            throw new TrainingDivergedException(failure!);
        }

        for (int i = 0; i < _state.Best.Length; i++)
        {
            _state.Best[i].CopyTo(_task.Parameters[i].Value, 0);
        }

        return new TrainingHistory(_state.Reports, best.Epoch, end, failure) { Dense = _state.Dense };
    }
}
