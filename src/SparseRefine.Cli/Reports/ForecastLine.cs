using SparseRefine.Training;

namespace SparseRefine.Cli.Reports;

/// <summary>Says once, when the first steps are timed, how long a training will take; and moves its progress.</summary>
/// <param name="steps">Where it is said.</param>
/// <param name="patience">Epochs without progress that end the training; 0: none.</param>
internal sealed class ForecastLine(Steps steps, int patience)
{
    private bool _isSaid;

    /// <summary>Notes a step.</summary>
    /// <param name="step">What was done.</param>
    public void Step(StepReport step)
    {
        steps.Advance(1.0 / step.Steps / step.Epochs);
        if (!_isSaid && step.Remaining is TimeSpan remaining)
        {
            _isSaid = true;
            steps.Line(
                $"about {Text(remaining)}: {step.Epochs - step.Epoch + 1} epochs of {step.Steps} steps" +
                (patience > 0 ? $", fewer where {patience} bring nothing better" : string.Empty));
        }
    }

    /// <summary>Rounded to what such an estimate can be worth.</summary>
    internal static string Text(TimeSpan time) => time.TotalSeconds < 90 ? FormattableString.Invariant($"{Math.Max(1, time.TotalSeconds):0} s")
        : time.TotalMinutes < 90 ? FormattableString.Invariant($"{time.TotalMinutes:0} minutes")
        : FormattableString.Invariant($"{time.TotalHours:0.0} hours");
}
