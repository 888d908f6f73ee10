using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>info</c>: what a pipeline file holds.</summary>
internal static partial class InfoCommand
{
    private const int Side = 512;
    private static readonly string[] Words = ["channelOrder", "interpolation", "scoreKind", "inputLayout", "outputLayout", "gateForm"];

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string> model = OptionValues.Required("--model", "A fitted pipeline (*.sparserefine), or a dense model (*.onnx).", "FILE");
        model.Aliases.Add("--dense");
        Command command = new("info", "Says what is inside a fitted pipeline.") { model };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(model)));
        return command;
    }

    private static int Run(IAnsiConsole console, string model)
    {
        if (ShippedModelOptionGroup.IsOnnx(model))
        {
            Tell(console, model);
            return ExitCodes.Success;
        }

        SavedModelDescription description = new MLContext().SemanticSegmentation.Describe(model);
        console.WriteLine(Printable.Of($"{model}: format {description.FormatVersion}, written by {description.WrittenBy}"));
        foreach (SavedPart part in description.Parts)
        {
            console.WriteLine(Printable.Of($"part {part.Kind}"));
            foreach ((string name, string value) in part.Options)
            {
                console.WriteLine(Printable.Of($"  {name}: {Typed(name, value)}"));
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

    // Words as options take them, and numbers of single precision without the digits that double precision adds.
    private static string Typed(string name, string value) => Words.Contains(name)
        ? JsonNamingPolicy.KebabCaseLower.ConvertName(value)
        : LongNumber().Replace(value, number => float.Parse(number.Value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));

    // What a graph says of itself. How photos are normalised is not in it.
    private static void Tell(IAnsiConsole console, string path)
    {
        using SegmentationModel model = SegmentationModel.FromOnnx(path);
        DenseModel dense = model.Dense!;
        console.WriteLine(Printable.Of($"{path}: a dense model of {(dense.Classes is int classes ? $"{classes}" : "an unknown number of")} classes"));
        (int height, int width) = dense.InputSize(Side, Side);
        console.WriteLine(Printable.Of(dense.TakesAnySize ? "  sizes: any" : $"  size: {height}x{width}"));
        console.WriteLine(Printable.Of($"  score --dense {path} labels photos by it, fit --dense {path} makes a pipeline of it; --mean, --std, --value-range, --channel-order and --scores say how it sees photos"));
    }

    [GeneratedRegex(@"\d+\.\d{7,}")]
    private static partial Regex LongNumber();
}
