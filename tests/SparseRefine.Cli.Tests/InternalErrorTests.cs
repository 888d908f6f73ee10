using SparseRefine.Batch;
using SparseRefine.Cli.Commands;
using Xunit;

namespace SparseRefine.Cli.Tests;

public sealed class InternalErrorTests
{
    [Fact]
    public void Report_ABugOfOurs_IsNoBadInput()
    {
        StringWriter error = new();
        int code = SparseRefineTool.Report(
            new AggregateException(new ArgumentException("features: expected 8 values, got 9", "features")), error, CancellationToken.None);
        Assert.Equal(ExitCodes.Failure, code);
        Assert.StartsWith("internal error ArgumentException: features: expected 8 values, got 9", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CommandThatThereIsNot_NamesThoseThatThereAre() => Tool.Run("scor", "--images", "x").AssertBadInput("scor: expected a command (train-dense, fit, ");

    [Fact]
    public void Report_BadInputBehindWrappers_IsItsOwnLine()
    {
        StringWriter error = new();
        int code = SparseRefineTool.Report(
            new InvalidOperationException("row", new InvalidInputException("a.png", "a photo", "a text")), error, CancellationToken.None);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Equal($"a.png: expected a photo, got a text{Environment.NewLine}", error.ToString());
    }

    [Fact]
    public void Report_FailureAfterASignal_IsToldAndNotCalledCancelled()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        StringWriter error = new();
        Assert.Equal(ExitCodes.BadInput, SparseRefineTool.Report(new InvalidInputException("a.png", "a photo", "a text"), error, stop.Token));
        Assert.Equal(ExitCodes.Cancelled, SparseRefineTool.Report(new OperationCanceledException(), error, stop.Token));
        Assert.Equal(["a.png: expected a photo, got a text", "cancelled, nothing is written", ""], error.ToString().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("score", "--mean", "1,2,3", "--model: expected no --mean beside it")]
    [InlineData("calibrate", "--channel-order", "bgr", "--channel-order: expected no such option for calibrate")]
    public void Run_OptionsOfTheDenseModelBesideAModelFile_SaysWhereTheyAre(string command, string option, string value, string expected) =>
        Tool.Run(command, "--model", "m.sparserefine", "--images", "x", "--out", "y", option, value).AssertBadInput(expected);

    [Fact]
    public void Info_FolderOrDenseModel_SaysWhatItIs()
    {
        using TestFolder folder = new();
        Tool.Run("info", "--model", folder.Root).AssertBadInput("--model: expected a file, got the folder");
        ToolResult info = Tool.Run("info", "--model", folder.Write("m.onnx", TinyModels.Brightness()));
        info.AssertSuccess();
        Assert.Contains("a dense model of 2 classes", info.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, ExitCodes.SomeFailed, "3 photos failed: see")]
    [InlineData(1, ExitCodes.Failure, "3 photos failed, 1 of them by internal errors: see")]
    public void Tell_SomeFailed_ExitCodeTellsOurErrorsFromTheirs(int internalErrors, int expected, string text)
    {
        StringWriter error = new();
        ScoringProgress progress = new()
        {
            Done = 7,
            Skipped = 0,
            Failed = 3,
            InternalErrors = internalErrors,
            Pixels = 1,
            Elapsed = default,
            PhotosPerSecond = 1,
            MegapixelsPerSecond = 1,
            StageShares = default!,
            Queues = default,
        };
        Assert.Equal(expected, ScoringRun.Tell(new ScoringSummary(ScoringOutcome.SomeFailed, progress, null), "out", error));
        Assert.StartsWith(text, error.ToString(), StringComparison.Ordinal);
    }
}
