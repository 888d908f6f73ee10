using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>score</c>: labels every pixel of photos, as a job that goes on where it was stopped.</summary>
internal static class ScoreCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <param name="error">Where its last word about failures goes.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        Option<Shard?> shard = OptionValues.Create("--shard", "Only a slice of the photos, i from 0 to n - 1.", "i/n", text => (Shard?)Shard.Parse(text));
        ScoringJobOptions job = new();
        InputOptionGroup inputs = new();
        Command command = new("score", "Labels every pixel of photos; goes on where it was stopped.");
        inputs.AddTo(command);
        command.Add(shard);
        job.AddTo(command);
        command.SetAction((parsed, cancellation) => ScoringRun.RunAsync(
            job.Read(parsed, inputs.Read(parsed), error.WriteLine) with { Shard = parsed.GetValue(shard) }, job.View(parsed), job.Report(parsed), console, error, cancellation));
        return command;
    }
}
