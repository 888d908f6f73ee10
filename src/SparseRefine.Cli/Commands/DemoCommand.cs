using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Pictures;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>demo</c>: the shipped photos through the shipped pipeline, as numbers and as pictures.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "sparserefine-demo";

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string?> output = OptionValues.Path("--out", $"Folder for the pictures; ./{DefaultFolder} unless given.", "DIR");
        Command command = new("demo", "Refines four shipped 8-megapixel photos of retinas and shows what came out.") { output };
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Run(console, parsed.GetValue(output) ?? DefaultFolder, cancellation)));
        return command;
    }

    private static int Run(IAnsiConsole console, string output, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        OutputFile.CheckFolder(output, "--out");
        string samples = Path.Combine(AppContext.BaseDirectory, "samples");
        PhotoPairs pairs = PhotoFolder.Pair(
            Path.Combine(samples, "photos"), "samples/photos", Path.Combine(samples, "labels"), "samples/labels");
        using SegmentationModel model = SegmentationModel.Load(Path.Combine(samples, "models", "fundus.sparserefine"));
        console.WriteLine(RuntimeLine.Text);
        console.WriteLine("photos: High-Resolution Fundus image database (Budai et al. 2013), CC BY 4.0; see samples/README.md");
        RefinementReport report = Steps.Run(
            console,
            "evaluating",
            pairs.Rows.Count,
            steps => model.Evaluate(steps.Over(pairs.Rows, cancellation), cancellation: cancellation));
        cancellation.ThrowIfCancellationRequested();
        ReportTable.Write(console, report);
        Workers workers = new();
        Palette palette = new(model.Classes);
        _ = Steps.Run(console, "drawing", pairs.Rows.Count, steps =>
        {
            foreach (LabelledPhoto photo in steps.Over(pairs.Rows, cancellation))
            {
                using SegmentationResult result = model.Predict(photo.ImagePath, RefinementParts.Selection, cancellation);
                string name = Path.GetFileNameWithoutExtension(photo.ImagePath);
                string path = Path.Combine(output, $"{name}.png");
                MLImage image = result.Photo;
                PixelOrder order = image.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba32 : PixelOrder.Bgra32;
                ImageBuffer pixels = new(image.Pixels.ToArray(), image.Height, image.Width, order);
                RefinementPanels.Draw(name, pixels, result.Selection!, result.Labels, palette.Colors, workers).Save(path);
                steps.Line($"{name}: {Path.GetFullPath(path)}");
            }

            return true;
        });
        console.WriteLine(FormattableString.Invariant($"done in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
        return ExitCodes.Success;
    }
}
