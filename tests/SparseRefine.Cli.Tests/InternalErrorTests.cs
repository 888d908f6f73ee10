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
    public void Report_BadInputBehindWrappers_IsItsOwnLine()
    {
        StringWriter error = new();
        int code = SparseRefineTool.Report(
            new InvalidOperationException("row", new InvalidInputException("a.png", "a photo", "a text")), error, CancellationToken.None);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Equal($"a.png: expected a photo, got a text{Environment.NewLine}", error.ToString());
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
