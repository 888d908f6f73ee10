using System.CommandLine;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Pictures;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>score</c>: one index PNG a picture.</summary>
internal static class ScoreCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string> model = OptionValues.Required("--model", "A fitted pipeline (*.sparserefine).", "FILE");
        Option<string[]> images = new("--images")
        {
            Description = "Pictures, or folders of pictures.",
            HelpName = "DIR|FILE...",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = OptionValues.Required("--out", "Folder for NAME.png, 8-bit index PNGs of the classes.", "DIR");
        Option<bool> overlay = new("--overlay") { Description = "Also write NAME.overlay.png, the photo blended with the class colours." };
        Command command = new("score", "Labels every pixel of pictures.") { model, images, output, overlay };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            console,
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(images),
            parsed.GetRequiredValue(output),
            parsed.GetValue(overlay),
            cancellation)));
        return command;
    }

    private static int Run(
        IAnsiConsole console, string model, string[] images, string output, bool overlay, CancellationToken cancellation)
    {
        OutputFile.CheckFolder(output, "--out");
        PhotoRow[] rows = [.. PhotoFolder.Expand(images, "--images").Select(f => new PhotoRow { ImagePath = f })];
        HashSet<string> inputs = [.. rows.Select(r => Path.GetFullPath(r.ImagePath))];
        foreach (PhotoRow row in rows)
        {
            if (inputs.Contains(Path.GetFullPath(AnswerPath(output, row))))
            {
                throw new InvalidInputException($"--out: expected a folder where no picture is overwritten, got {output}, which holds {row.ImagePath}");
            }
        }

        PhotoFolder.Check(rows);
        using SavedModel saved = new(model);
        console.WriteLine(RuntimeLine.Text);
        Workers workers = new();
        Palette palette = new(saved.Classes);
        return Steps.Run(console, "scoring", rows.Length, steps =>
        {
            saved.Score(new WatchedRows(rows, cancellation) { Done = () => steps.Advance() }, (row, photo) =>
            {
                LabelMap answer = photo.Answer;
                string path = AnswerPath(output, row);
                OutputFile.Write(path, file => IndexPng.Write(answer, file, palette.Bytes));
                steps.Line($"{row.ImagePath} -> {path}");
                if (overlay)
                {
                    string blended = Path.ChangeExtension(path, ".overlay.png");
                    Window all = new(0, 0, answer.Height, answer.Width);
                    Drawing canvas = new(answer.Height, answer.Width, default);
                    PanelPainter.Answer(photo.Photo, answer, palette.Colors).Paint(all, canvas, all, workers);
                    canvas.Save(blended);
                    steps.Line($"{row.ImagePath} -> {blended}");
                }
            });
            return ExitCodes.Success;
        });
    }

    private static string AnswerPath(string output, PhotoRow row)
        => Path.Combine(output, Path.GetFileNameWithoutExtension(row.ImagePath) + ".png");
}
