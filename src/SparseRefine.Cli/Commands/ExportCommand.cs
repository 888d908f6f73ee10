using System.CommandLine;
using System.Globalization;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>export</c>: a fitted pipeline as one ONNX graph.</summary>
internal static class ExportCommand
{
    private static readonly (string Word, OnnxInput Input)[] Inputs =
        [("image", OnnxInput.Image), ("pixels", OnnxInput.Pixels), ("image+logits", OnnxInput.ImageAndLogits)];

    private static readonly (string Word, OnnxOutputs Output)[] Outputs =
    [
        ("dense_labels", OnnxOutputs.DenseLabels), ("mask", OnnxOutputs.Mask), ("entropy", OnnxOutputs.Entropy), ("max_score", OnnxOutputs.MaxScore),
        ("selected_pixels", OnnxOutputs.SelectedPixels),
    ];

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        ShippedModelOptionGroup model = new();
        Option<string> target = OptionValues.Required("--out", "The ONNX file to write.", "M.onnx");
        Option<OnnxInput> input = OptionValues.Create(
            "--input", "What comes in: image, uint8 [1,H,W,3]; pixels, float32 [1,3,H,W] of 0 to 255; image and logits of a dense model that you run.",
            string.Join('|', Inputs.Select(i => i.Word)), text => Word(text, Inputs), () => OnnxInput.Image);
        Option<OnnxOutputs> outputs = OptionValues.Create(
            "--outputs", "What goes out beside labels, uint8 [1,H,W], between commas.", string.Join(',', Outputs.Select(o => o.Word)),
            text => text.Split(',', StringSplitOptions.TrimEntries).Aggregate(OnnxOutputs.None, (all, word) => all | Word(word, Outputs)), () => OnnxOutputs.None);
        Option<(int Height, int Width)?> size = OptionValues.Create<(int Height, int Width)?>(
            "--photo-size", "Photos of this size only. [default: any size]", "HxW", text => OptionValues.Size(text));
        Option<int?> operators = OptionValues.Create<int?>(
            "--opset", $"Version of the operators, {OnnxExportOptions.OldestOperatorSet} to {OnnxExportOptions.NewestOperatorSet}. [default: {OnnxExportOptions.OldestOperatorSet}, or the dense model's where that is newer]",
            "N", text => new OnnxExportOptions { OperatorSet = OptionValues.Whole(text, 1) }.OperatorSet);
        Option<bool> half = new("--float16") { Description = "Dense model and sparse network in half precision, for GPUs; labels may differ a little." };
        Option<int> block = OptionValues.Create(
            "--block-values", "Floats of one tensor that the graph's loops make at a time; 16777216 keeps a GPU busier and takes more memory.", "N",
            text => new OnnxExportOptions { BlockValues = OptionValues.Whole(text, 1) }.BlockValues, () => OnnxExportOptions.DefaultBlockValues);
        Option<string?> license = OptionValues.Path("--license", "The graph's license, for its metadata.", "TEXT");
        Command command = new("export", "Writes a fitted pipeline as one ONNX graph of standard operators, from a photo to labels.")
        {
            target, input, outputs, size, operators, half, block, license,
        };
        model.AddTo(command);
        command.SetAction(parsed => Run(console, parsed, model, parsed.GetRequiredValue(target), new OnnxExportOptions
        {
            Input = parsed.GetValue(input),
            Outputs = parsed.GetValue(outputs),
            Height = parsed.GetValue(size)?.Height,
            Width = parsed.GetValue(size)?.Width,
            OperatorSet = parsed.GetValue(operators),
            Float16 = parsed.GetValue(half),
            BlockValues = parsed.GetValue(block),
            License = parsed.GetValue(license),
        }));
        return command;
    }

    private static int Run(IAnsiConsole console, ParseResult parsed, ShippedModelOptionGroup source, string target, OnnxExportOptions options)
    {
        OutputFile.CheckFile(target, "--out", parsed.GetValue(source.Model), parsed.GetValue(source.Dense));
        using SegmentationModel model = source.Open(parsed, new SegmentationModelOptions(), console.WriteLine);
        model.ExportOnnx(target, options);
        console.WriteLine(Printable.Of(string.Create(CultureInfo.InvariantCulture, $"{target}: {new FileInfo(target).Length:N0} bytes")));
        return ExitCodes.Success;
    }

    private static T Word<T>(string text, (string Word, T Value)[] words)
    {
        foreach ((string word, T value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        throw new InvalidInputException("text", string.Join(", ", words.Select(w => w.Word)), $"'{text}'");
    }
}
