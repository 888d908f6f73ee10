using System.CommandLine;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>evaluate</c>: how good and how fast a fitted pipeline is on labelled pictures.</summary>
internal static class EvaluateCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string> model = OptionValues.Required("--model", "A fitted pipeline (*.sparserefine).", "FILE");
        Option<string> images = OptionValues.Required("--images", "Folder of pictures.", "DIR");
        Option<string> labels = OptionValues.Required("--labels", "Folder of index-label PNGs with the pictures' names.", "DIR");
        Option<string?> json = OptionValues.Path("--json", "Also write the numbers here.", "FILE");
        Option<long> maxPixels = OptionValues.MaxPixels();
        Command command = new("evaluate", "Compares the dense, the sparse and the merged answer with labels.")
        {
            model, images, labels, json, maxPixels,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            console,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(images),
            parsed.GetRequiredValue(labels),
            parsed.GetValue(json),
            parsed.GetValue(maxPixels),
            cancellation)));
        return command;
    }

    private static int Run(
        IAnsiConsole console, string model, string images, string labels, string? json, long maxPixels, CancellationToken cancellation)
    {
        if (json is not null)
        {
            OutputFile.CheckFile(json, "--json");
        }

        PhotoPairs pairs = PhotoFolder.Pair(images, "--images", labels, "--labels");
        PhotoFolder.Check(pairs.Rows, maxPixels);
        using SavedModel saved = new(model);
        console.WriteLine(RuntimeLine.Text);
        if (pairs.Remark is string remark)
        {
            console.WriteLine(remark);
        }

        RefinementReport report = Steps.Run(
            console,
            "evaluating",
            pairs.Rows.Count,
            steps => saved.Evaluate(new WatchedRows(pairs.Rows, cancellation) { Done = () => steps.Advance() }));
        cancellation.ThrowIfCancellationRequested();
        ReportTable.Write(console, report);
        if (json is not null)
        {
            OutputFile.Write(json, path => ReportJson.Write(report, path));
            console.WriteLine($"numbers: {json}");
        }

        return ExitCodes.Success;
    }
}
