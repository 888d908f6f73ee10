using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>Runs a scoring job as the tool shows it, and says how it ended.</summary>
internal static class ScoringRun
{
    /// <summary>Runs the job.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="view">How it shows.</param>
    /// <param name="report">Writes a page about it; null for none.</param>
    /// <param name="console">Where it shows.</param>
    /// <param name="error">Where the last line goes where not all was scored.</param>
    /// <param name="cancellation">Stops it in order.</param>
    /// <param name="more">Who else is told about it.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        ScoringOptions options,
        ScoringViewKind view,
        HtmlReport? report,
        IAnsiConsole console,
        TextWriter error,
        CancellationToken cancellation,
        params IReadOnlyList<IScoringObserver> more)
    {
        OutputFile.CheckFolder(options.Output, "--out");
        ScoringJob? job = null;
        List<IScoringObserver> observers = view switch
        {
            ScoringViewKind.Quiet => [],
            ScoringViewKind.Json => [new JsonScoringView(console.Profile.Out.Writer, () => job!.Progress)],
            _ when console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi => [new LiveScoringView(console, () => job!.Progress)],
            _ => [new PlainScoringView(console, options.Output, () => job!.Progress)],
        };
        if (report is not null)
        {
            observers.Add(report);
        }

        observers.AddRange(more);

        job = new ScoringJob(options, observers);
        ScoringSummary summary = await job.RunAsync(cancellation);
        ScoringProgress progress = summary.Progress;
        (int code, string? last) = summary.Outcome switch
        {
            ScoringOutcome.Completed => (ExitCodes.Success, null),
            ScoringOutcome.SomeFailed => (ExitCodes.SomeFailed, $"{progress.Failed} images failed: see the failures file in {options.Output}"),
            ScoringOutcome.TooManyFailures => (ExitCodes.SomeFailed, $"--max-failures: {summary.Message}: see the failures file in {options.Output}"),
            ScoringOutcome.Cancelled => (ExitCodes.Cancelled, $"cancelled: {progress.Done} images were scored; the same command goes on"),
            _ => (ExitCodes.Failure, $"stopped: {summary.Message}; {progress.Done} images were scored; the same command goes on"),
        };
        foreach (string line in new[] { report?.Problem, last }.OfType<string>())
        {
            error.WriteLine(line);
        }

        return code;
    }
}
