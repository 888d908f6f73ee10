using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>info</c>: what a pipeline file holds.</summary>
internal static class InfoCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string> model = OptionValues.Required("--model", "A fitted pipeline (*.sparserefine).", "FILE");
        Command command = new("info", "Says what is inside a fitted pipeline.") { model };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(model)));
        return command;
    }

    private static int Run(IAnsiConsole console, string model)
    {
        SavedModelDescription description = new MLContext().SemanticSegmentation.Describe(model);
        console.WriteLine(Printable.Of($"{model}: format {description.FormatVersion}, written by {description.WrittenBy}"));
        foreach (SavedPart part in description.Parts)
        {
            console.WriteLine(Printable.Of($"part {part.Kind}"));
            foreach ((string name, string value) in part.Options)
            {
                console.WriteLine(Printable.Of($"  {name}: {value}"));
            }
        }

        if (description.ClassList is ClassList classes)
        {
            console.WriteLine(Printable.Of($"classes: {string.Join(", ", classes.Names)}"));
        }

        foreach ((string name, long bytes) in description.Entries)
        {
            console.WriteLine(Printable.Of(string.Create(CultureInfo.InvariantCulture, $"entry {name}: {bytes:N0} bytes")));
        }

        return ExitCodes.Success;
    }
}
