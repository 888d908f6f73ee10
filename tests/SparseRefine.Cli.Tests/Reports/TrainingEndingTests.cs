using SparseRefine.Cli.Reports;
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
    [InlineData(TrainingEnd.Cancelled, ExitCodes.Success, "cancelled; kept the best epoch, 1 of 9 (validation mIoU -): m.onnx")]
    [InlineData(TrainingEnd.Diverged, ExitCodes.BadInput, "loss: expected a number, epoch 2, step 3; kept the best epoch, 1 of 9 (validation mIoU -): m.onnx")]
    public void Tell_EndOfTraining_SaysWhyAndGivesTheExitCode(TrainingEnd end, int code, string line)
    {
        EpochReport report = new(1, 9, 0.5, new ConfusionMatrix(2), true, TimeSpan.Zero);

        Assert.Equal(code, Tell(report, end));
        Assert.Equal(line, _output.ToString().TrimEnd());
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 0, false)]
    [InlineData(1, 1, false)]
    public void Tell_WorseThanTheDenseModel_Warns(byte initial, byte ensembled, bool warns)
    {
        LabelMap truth = new([0, 0], 1, 2);
        RefinementEvaluation answers = new(2);
        answers.Initial.Full.Add(truth, new LabelMap([0, initial], 1, 2));
        answers.Ensembled.Full.Add(truth, new LabelMap([0, ensembled], 1, 2));

        Tell(new EpochReport(1, 1, 0.5, answers.Ensembled.Full, true, TimeSpan.Zero) { Validation = answers }, TrainingEnd.Finished);

        Assert.Equal(warns, _output.ToString().Contains("warning: on the validation photos this is worse than the dense model alone", StringComparison.Ordinal));
    }

    private int Tell(EpochReport report, TrainingEnd end)
    {
        TrainingHistory history = new([report], 1, end, end == TrainingEnd.Diverged ? "loss: expected a number, epoch 2, step 3" : null);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = SparseRefineTool.PlainWidth;
        return TrainingEnding.Tell(console, history, null, ["m.onnx"]);
    }
}
