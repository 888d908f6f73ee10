using SparseRefine.Cli.Reports;
using SparseRefine.Metrics;
using SparseRefine.Training;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Reports;

public sealed class TrainingEndingTests
{
    private readonly StringWriter _output = new();

    [Theory]
    [InlineData(TrainingEnd.Finished, ExitCodes.Success, "kept the best epoch so far, 1 of 9 (validation mIoU -): m.onnx")]
    [InlineData(TrainingEnd.Cancelled, ExitCodes.Success, "cancelled; kept the best epoch so far, 1 of 9 (validation mIoU -): m.onnx")]
    [InlineData(TrainingEnd.Diverged, ExitCodes.BadInput, "loss: expected a number, epoch 2, step 3; kept the best epoch so far, 1 of 9 (validation mIoU -): m.onnx")]
    public void Tell_EndOfTraining_SaysWhyAndGivesTheExitCode(TrainingEnd end, int code, string line)
    {
        EpochReport report = new(1, 9, 0.5, new ConfusionMatrix(2), true, TimeSpan.Zero);
        TrainingHistory history = new([report], 1, end, end == TrainingEnd.Diverged ? "loss: expected a number, epoch 2, step 3" : null);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = SparseRefineTool.PlainWidth;

        Assert.Equal(code, TrainingEnding.Tell(console, history, null, ["m.onnx"]));
        Assert.Equal(line, _output.ToString().TrimEnd());
    }
}
