using System.CommandLine;
using System.Diagnostics;
using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>demo</c>: the shipped photos through the shipped pipeline, as numbers, as a page and as images.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "sparserefine-demo";

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <param name="error">Where its last line goes where not all was scored.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        Option<string?> output = OptionValues.Path("--out", $"Folder for the page and the images. [default: ./{DefaultFolder}]", "DIR");
        Option<string?> samples = OptionValues.Path("--samples", "The folder samples of a clone; a tool that was built in one has it, one from the package gallery has not.", "DIR");
        Command command = new("demo", "Refines four 8-megapixel photos of retinas that the repository ships, and shows what came out.") { output, samples };
        command.SetAction((parsed, cancellation) => RunAsync(
            console, error, parsed.GetValue(output) ?? DefaultFolder, parsed.GetValue(samples) ?? Path.Combine(AppContext.BaseDirectory, "samples"), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IAnsiConsole console, TextWriter error, string output, string samples, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        OutputFile.CheckFolder(output, "--out");
        string model = Path.Combine(samples, "models", "fundus.sparserefine");
        if (!File.Exists(model))
        {
            throw new InvalidInputException("--samples", "the folder samples of a clone of the repository", $"{samples}, which has no models/fundus.sparserefine");
        }

        console.WriteLine(RuntimeLine.Text);
        console.WriteLine("photos: High-Resolution Fundus image database (Budai et al. 2013), CC BY 4.0; see samples/README.md");
        Evaluate(console, samples, model, cancellation);
        ScoringOptions options = new()
        {
            Model = model,
            Output = output,
            Inputs = new ScoringInputs { Paths = [Path.Combine(samples, "photos")] },
            Resume = false,

            // Vessels are red, as retinas are: the background's black sets them off.
            Results = new ScoringResults { OverlayBackground = true },
        };
        int code = await ScoringRun.RunAsync(
            options, ScoringViewKind.Quiet, new HtmlReport(output), console, error, cancellation, new LayerImages(console, output));
        console.WriteLine($"report: {Path.GetFullPath(Path.Combine(output, HtmlReport.FileName))}");
        console.WriteLine(FormattableString.Invariant($"done in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
        return code;
    }

    private static void Evaluate(IAnsiConsole console, string samples, string model, CancellationToken cancellation)
    {
        PhotoPairs pairs = PhotoFolder.Pair(
            Path.Combine(samples, "photos"), "samples/photos", Path.Combine(samples, "labels"), "samples/labels");
        using SegmentationModel opened = SegmentationModel.Load(model);
        RefinementReport report = Steps.Run(
            console,
            "evaluating",
            pairs.Rows.Count,
            steps => opened.Evaluate(steps.Over(pairs.Rows, cancellation), cancellation: cancellation));
        cancellation.ThrowIfCancellationRequested();
        ReportTable.Write(console, report);
    }
}
