using System.CommandLine;
using SparseRefine.Cli.Options;
using SparseRefine.Networks;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>train-dense</c>: the command line of <see cref="TrainDenseRun"/>.</summary>
internal static class TrainDenseCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        DenseTrainerOptions standard = new();
        TrainingOptionGroup training = new(standard, "as --size");
        Option<string> output = OptionValues.Required("--out", "The ONNX file to write.", "M.onnx");
        Option<(int Height, int Width)?> size = OptionValues.Create<(int Height, int Width)?>(
            "--size", "What the network sees of a photo; 512x512 unless given.", "HxW", t => OptionValues.Size(t));
        Option<BackboneKind> backbone = OptionValues.Create(
            "--backbone", "light (residual blocks) or large-kernel (attention by large kernels).", "light|large-kernel", Backbone, () => standard.Backbone);
        Option<IReadOnlyList<int>?> channels = OptionValues.Create<IReadOnlyList<int>?>(
            "--channels", $"Channels of the four stages; {string.Join(',', standard.Channels)} unless given.", "32,64,128,256", text => Stages(text, 8));
        Option<IReadOnlyList<int>?> blocks = OptionValues.Create<IReadOnlyList<int>?>(
            "--blocks", $"Blocks of the four stages; {string.Join(',', standard.Blocks)} unless given.", "1,1,2,2", text => Stages(text, 1));
        Option<int> decoder = OptionValues.Create(
            "--decoder-channels", "Channels of the decoder.", "N", text => Multiple(OptionValues.Whole(text, 8), 8, text), () => standard.DecoderChannels);
        Option<ContextPooling> pooling = OptionValues.Create(
            "--pooling", "How stages 1 to 3 reach the module: average or polyphase.", "average|polyphase", Pooling, () => standard.Pooling);
        Option<double?> temperature = OptionValues.Create<double?>(
            "--temperature", "Temperature of the pairwise attention; 1 unless given.", "T", t => OptionValues.Real(t, 0, 1000));
        Option<IReadOnlyList<string>?> without = OptionValues.Create<IReadOnlyList<string>?>(
            "--without", "Parts to leave out, to see what they are worth.", "module,pairwise,unary,contrast", Parts);
        Option<string?> from = OptionValues.Path(
            "--from", "Workspace of an earlier training of a network of this shape, to start from its best weights.", "DIR");
        Command command = new("train-dense", "Trains a light dense model on labelled photos and writes it as an ONNX file.")
        {
            output, size, backbone, channels, blocks, decoder, pooling, temperature, without, from,
        };
        training.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            (int Height, int Width) seen = parsed.GetValue(size) ?? (512, 512);
            IReadOnlyList<string> left = parsed.GetValue(without) ?? [];
            TrainDenseRun run = new(console)
            {
                Inputs = training.Inputs(parsed),
                WarmStart = parsed.GetValue(from),
                Output = parsed.GetRequiredValue(output),
                Size = seen,
                Training = OptionValues.Checked(() => training.Apply(parsed, standard with
                {
                    CropHeight = seen.Height,
                    CropWidth = seen.Width,
                    ContrastWeight = left.Contains("contrast") ? 0 : standard.ContrastWeight,
                    Backbone = parsed.GetValue(backbone),
                    Channels = parsed.GetValue(channels) ?? standard.Channels,
                    Blocks = parsed.GetValue(blocks) ?? standard.Blocks,
                    DecoderChannels = parsed.GetValue(decoder),
                    Pooling = parsed.GetValue(pooling),
                    Temperature = parsed.GetValue(temperature) ?? standard.Temperature,
                    HasModule = !left.Contains("module"),
                    HasPairwise = !left.Contains("pairwise"),
                    HasUnary = !left.Contains("unary"),
                })),
            };
            return Task.FromResult(run.Execute(cancellation));
        });
        return command;
    }

    private static BackboneKind Backbone(string text) => text switch
    {
        "light" => BackboneKind.Light,
        "large-kernel" => BackboneKind.LargeKernel,
        _ => throw new InvalidInputException("text", "light or large-kernel", $"'{text}'"),
    };

    private static ContextPooling Pooling(string text) => text switch
    {
        "average" => ContextPooling.Average,
        "polyphase" => ContextPooling.Polyphase,
        _ => throw new InvalidInputException("text", "average or polyphase", $"'{text}'"),
    };

    private static IReadOnlyList<string> Parts(string text)
    {
        string[] parts = text.Split(',');
        return parts.All(part => part is "module" or "pairwise" or "unary" or "contrast")
            ? parts
            : throw new InvalidInputException("text", "any of module,pairwise,unary,contrast", $"'{text}'");
    }

    private static IReadOnlyList<int> Stages(string text, int factor)
    {
        IReadOnlyList<int> stages = OptionValues.Planes(text);
        return stages.Count == 4 && stages.All(stage => stage % factor == 0)
            ? stages
            : throw new InvalidInputException("text", factor == 1 ? "four positive numbers" : $"four positive multiples of {factor}", $"'{text}'");
    }

    private static int Multiple(int value, int factor, string text) =>
        value % factor == 0 ? value : throw new InvalidInputException("text", $"a multiple of {factor}", $"'{text}'");
}
