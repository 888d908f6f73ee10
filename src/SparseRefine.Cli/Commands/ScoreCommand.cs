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
        Option<string[]> photos = new("--images")
        {
            Description = "Photos, folders of photos with their subfolders, or patterns as 'photos/**/*.jpg'; also az://account/container/prefix and s3://bucket/prefix.",
            HelpName = "DIR|FILE|PATTERN|STORE...",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> list = OptionValues.Path("--list", "List of photos: a path a line, CSV with the columns id and path, or JSON lines, with paths or addresses; - is standard input.", "FILE");
        Option<string?> list0 = OptionValues.Path("--list0", "The same with names that end with NUL, as find -print0 prints them; - is standard input.", "FILE");
        Option<string?> root = OptionValues.Path("--root", "What paths of a list are relative to. [default: the current folder]", "DIR|STORE");
        Option<Shard?> shard = OptionValues.Create("--shard", "Only a slice of the photos, i from 0 to n - 1.", "i/n", text => (Shard?)Shard.Parse(text));
        ScoringJobOptions job = new();
        Command command = new("score", "Labels every pixel of photos; goes on where it was stopped.") { photos, list, list0, root, shard };
        job.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(list) is not null && parsed.GetValue(list0) is not null)
            {
                throw new InvalidInputException("--list, --list0", "one of them", "both");
            }

            string? file = parsed.GetValue(list) ?? parsed.GetValue(list0);
            ScoringInputs inputs = new()
            {
                Paths = parsed.GetValue(photos) ?? [],
                List = file == "-" ? null : file,
                Reader = file == "-" ? new StreamReader(Console.OpenStandardInput()) : null,
                IsNulDivided = parsed.GetValue(list0) is not null,
                Root = parsed.GetValue(root),
            };
            if (inputs.Paths.Count == 0 && file is null)
            {
                throw new InvalidInputException("--images, --list", "photos", "none");
            }

            if (inputs.Root is string folder && !Directory.Exists(folder) && !StoreAddress.IsAddress(folder))
            {
                throw new InvalidInputException("--root", "a folder", File.Exists(folder) ? $"the file {folder}" : $"{folder}, which is not there");
            }

            return ScoringRun.RunAsync(job.Read(parsed, inputs, error.WriteLine) with { Shard = parsed.GetValue(shard) }, job.View(parsed), job.Report(parsed), console, error, cancellation);
        });
        return command;
    }
}
