using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Options;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>watch</c>: scores the photos that arrive in a folder, until it is stopped.</summary>
internal static class WatchCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <param name="error">Where its last word goes.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        ScoringOptions standard = ScoringJobOptions.Standard;
        Option<string> folder = OptionValues.Required("--folder", "The folder to watch, with its subfolders; or az://account/container/prefix, s3://bucket/prefix.", "DIR|STORE");
        Option<double> settle = OptionValues.Create(
            "--settle", "Seconds that a file must have been left alone.", "S", text => OptionValues.Real(text, 0, 86400), () => standard.Settle.TotalSeconds);
        Option<double> rescan = OptionValues.Create(
            "--rescan", "Seconds between two looks through the whole folder, or two listings of the store.", "S", text => OptionValues.Real(text, 0, 86400), () => standard.Rescan.TotalSeconds);
        ScoringJobOptions job = new();
        Command command = new("watch", "Labels every pixel of the photos that arrive in a folder; Ctrl-C ends it.") { folder, settle, rescan };
        job.AddTo(command);
        command.SetAction((parsed, cancellation) => ScoringRun.RunAsync(
            OptionValues.Checked(() => job.Read(parsed, new ScoringInputs { Paths = [parsed.GetRequiredValue(folder)] }, error.WriteLine) with
            {
                Watch = true,
                Settle = TimeSpan.FromSeconds(parsed.GetValue(settle)),
                Rescan = TimeSpan.FromSeconds(parsed.GetValue(rescan)),
            }),
            job.View(parsed),
            job.Report(parsed),
            console,
            error,
            cancellation));
        return command;
    }
}
