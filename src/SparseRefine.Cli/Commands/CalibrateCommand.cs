using System.CommandLine;
using SparseRefine.Cli.Options;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>calibrate</c>: the command line of <see cref="CalibrateRun"/>.</summary>
internal static class CalibrateCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string> model = OptionValues.Required("--model", "A fitted pipeline (*.sparserefine).", "FILE");
        Option<string> images = OptionValues.Required("--images", "Folder of photos that were not trained on.", "DIR");
        Option<string?> labels = OptionValues.Path("--labels", "Folder of label maps (png, tif) with the photos' names.", "DIR");
        Option<double?> density = OptionValues.Create<double?>(
            "--density", "Share of the pixels to refine.", "0.1", t => OptionValues.Real(t, 0, 1));
        Option<double?> milliseconds = OptionValues.Create<double?>(
            "--ms", "Time a photo, from decoded photo to label map, on this machine.", "300", t => OptionValues.Real(t, 0, 1e9));
        Option<bool> knee = new("--knee") { Description = "Where more pixels stop holding more errors than the average; what is done where none of the four is given." };
        Option<double?> keep = OptionValues.Create<double?>(
            "--keep",
            "Share to keep of what the teacher (--teacher, else the dense model at full resolution) is better than the dense model alone: the least pixels that do.",
            "0.99",
            t => OptionValues.Real(t, 0, 1));
        Option<bool> keepAnyway = new("--keep-anyway")
        {
            Description = $"Write the best there is where nothing keeps so much; else nothing is written, and the exit code is {ExitCodes.NoBetter}.",
        };
        Option<string> output = OptionValues.Required("--out", "The pipeline file to write, with the new threshold.", "MODEL");
        Command command = new("calibrate", "Finds the entropy threshold for a wanted density, time or accuracy, or at the knee, and prints the curve.")
        {
            model, images, labels, density, milliseconds, knee, keep, keepAnyway, output,
        };
        LabelOptionGroup label = new();
        label.AddTo(command);
        TeacherOptionGroup teacher = new();
        teacher.AddTo(command);
        command.Validators.Add(result =>
        {
            if (new Option[] { density, milliseconds, knee, keep }.Count(o => result.GetResult(o) is not null) > 1)
            {
                result.AddError("--density, --ms, --knee, --keep: expected at most one of them, got several");
            }

            if (result.GetResult(labels) is null && result.GetResult(teacher.Teacher) is null)
            {
                result.AddError("--labels: expected a folder of labels, or --teacher for photos without, got neither");
            }

            if (result.GetResult(keepAnyway) is not null && result.GetResult(keep) is null)
            {
                result.AddError("--keep-anyway: expected --keep beside it, got none");
            }
        });
        command.SetAction((parsed, cancellation) => Task.FromResult(new CalibrateRun(console)
        {
            Model = parsed.GetRequiredValue(model),
            Images = parsed.GetRequiredValue(images),
            Labels = parsed.GetValue(labels),
            OpenTeacher = opened => teacher.Open(parsed, opened, parsed.GetResult(keep) is not null, console.WriteLine),
            Keep = parsed.GetValue(keep),
            KeepsAnyway = parsed.GetValue(keepAnyway),
            Mapping = label.Mapping(parsed),
            LabelSuffix = label.Suffix(parsed),
            Density = parsed.GetValue(density),
            Milliseconds = parsed.GetValue(milliseconds),
            Output = parsed.GetRequiredValue(output),
        }.Execute(cancellation)));
        return command;
    }
}
