using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
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
        await using ObjectStore? store = options.OutputStore;
        if (store is null)
        {
            OutputFile.CheckFolder(options.Output, "--out");
        }

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

        observers.Add(new SelectionWarning(error));
        observers.AddRange(more);

        job = OptionValues.Checked(() => new ScoringJob(options, observers));
        ScoringSummary summary;
        try
        {
            summary = await job.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            WriteLine(error, "cancelled before a photo was scored; the same command goes on");
            return ExitCodes.Cancelled;
        }

        if (report?.Problem is string problem)
        {
            WriteLine(error, problem);
        }

        if (summary.PhotoRemark is string remark)
        {
            WriteLine(error, $"warning: {remark} (said once)");
        }

        if (summary.ObserverProblem is string observer)
        {
            WriteLine(error, observer);
        }

        return Tell(summary, options.Output, error);
    }

    /// <summary>Says how a job ended where not all was scored.</summary>
    /// <param name="summary">How it ended.</param>
    /// <param name="output">The output folder.</param>
    /// <param name="error">Where the line goes.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    internal static int Tell(ScoringSummary summary, string output, TextWriter error)
    {
        ScoringProgress progress = summary.Progress;
        int failed = progress.InternalErrors > 0 ? ExitCodes.Failure : ExitCodes.SomeFailed;
        string internalErrors = progress.InternalErrors > 0 ? $", {progress.InternalErrors} of them by internal errors" : "";
        (int code, string? last) = summary.Outcome switch
        {
            ScoringOutcome.Completed => (ExitCodes.Success, null),
            ScoringOutcome.SomeFailed => (failed, $"{progress.Failed} photos failed{internalErrors}: see the failures file in {output}"),
            ScoringOutcome.TooManyFailures => (failed, $"--max-failures: {summary.Message}{internalErrors}: see the failures file in {output}"),
            ScoringOutcome.Cancelled => (ExitCodes.Cancelled, $"cancelled: {progress.Done} photos were scored; the same command goes on"),
            _ => (ExitCodes.Failure, $"stopped: {summary.Message}; {progress.Done} photos were scored; the same command goes on"),
        };
        if (last is not null)
        {
            WriteLine(error, last);
        }

        return code;
    }

    // Where the last words cannot be written, the exit code tells all the same.
    private static void WriteLine(TextWriter error, string line)
    {
        try
        {
            error.WriteLine(Printable.Of(line));
        }
        catch (IOException)
        {
        }
    }
}
