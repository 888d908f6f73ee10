using SparseRefine.Cli.Reports;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Metrics;
using SparseRefine.Training;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Reports;

public sealed class TrainingEndingTests
{
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData(TrainingEnd.Finished, ExitCodes.Success, "kept the best epoch, 1 of 9 (validation mIoU -): m.onnx")]
    [InlineData(TrainingEnd.Cancelled, ExitCodes.Cancelled, "cancelled; kept the best epoch, 1 of 9 (validation mIoU -): m.onnx")]
    [InlineData(TrainingEnd.Diverged, ExitCodes.BadInput, "loss: expected a number, epoch 2, step 3; kept the best epoch, 1 of 9 (validation mIoU -): m.onnx")]
    public void Tell_EndOfTraining_SaysWhyAndGivesTheExitCode(TrainingEnd end, int code, string line)
    {
        EpochReport report = new(1, 9, 0.5, new ConfusionMatrix(2), true, TimeSpan.Zero);

        Assert.Equal(code, Tell(report, end));
        Assert.Equal(line, _output.ToString().TrimEnd());
    }

    [Theory]
    [InlineData(0.01, 0.02, true)]
    [InlineData(-0.01, 0, true)]
    [InlineData(0.02, 0.01, false)]
    public void Tell_NoBetterThanTheDenseModel_WarnsOrSaysWhatFellShort(double gain, double error, bool isShort)
    {
        ConfusionMatrix counts = new(2);
        counts.Add(new LabelMap([0, 1], 1, 2), new LabelMap([0, 1], 1, 2));
        EpochReport dense = new(0, 1, double.NaN, counts, false, TimeSpan.Zero);
        EpochReport report = new(1, 1, 0.5, counts, true, TimeSpan.Zero)
        {
            Ensemblers = [new EnsemblerScore(EnsemblerKind.Dense, counts, 0, 0), new EnsemblerScore(EnsemblerKind.Gate, counts, gain, error)],
        };

        Assert.Equal(ExitCodes.Success, Tell(report, TrainingEnd.Finished, dense));
        Assert.Equal(isShort, _output.ToString().Contains("warning: on the validation photos this is no better than the dense model alone (1.0000)", StringComparison.Ordinal));

        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.NoBetter, Tell(report, TrainingEnd.Finished, dense, isWritten: false));
        Assert.StartsWith(
            FormattableString.Invariant(
                $"nothing is written, as nothing is better than the dense model alone, validation mIoU 1.0000, by more than its standard error: gate 1.0000 ({gain:+0.0000;-0.0000} ± {error:0.0000}) in epoch 1"),
            _output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_LossThatRoundsToNothing_HasOneSign()
    {
        ConfusionMatrix counts = new(2);
        counts.Add(new LabelMap([0, 1], 1, 2), new LabelMap([0, 1], 1, 2));
        Assert.Equal("gate 1.0000 (+0.0000 ± 0.0000)", new EnsemblerScore(EnsemblerKind.Gate, counts, -1e-9, 0).ToString());
    }

    private int Tell(EpochReport report, TrainingEnd end, EpochReport? dense = null, bool isWritten = true)
    {
        TrainingHistory history = new([report], 1, end, end == TrainingEnd.Diverged ? "loss: expected a number, epoch 2, step 3" : null) { Dense = dense };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = SparseRefineTool.PlainWidth;
        return TrainingEnding.Tell(console, history, null, isWritten ? ["m.onnx"] : null);
    }
}
