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
            "--size", "What the network sees of a photo. [default: 512x512]", "HxW", t => OptionValues.Size(t));
        Option<BackboneKind> backbone = OptionValues.Create(
            "--backbone",
            "light (residual blocks), large-kernel (attention by large kernels) or resnet18 (starts from weights that know ImageNet).",
            "light|large-kernel|resnet18",
            Backbone,
            () => standard.Backbone);
        Option<string?> file = OptionValues.Path(
            "--backbone-file", "ResNet18.onnx of the package Microsoft.ML.DnnImageFeaturizer.ResNet18. [default: the tool's own copy]", "ResNet18.onnx");
        Option<int> freeze = OptionValues.Int32(
            "--freeze", "First epochs in which the backbone stays as it starts; for resnet18.", 0, standard.FreezeEpochs);
        Option<double?> backboneRate = OptionValues.Create<double?>(
            "--backbone-rate", "Factor of the backbone's learning rate. [default: 0.1 for resnet18, else 1]", "F", t => OptionValues.Real(t, 0, 10));
        Option<int> stride = OptionValues.Create(
            "--output-stride", "Photo pixels a score, along each side; 2 or 1 for what is thinner than 4 pixels.", "4|2|1", Stride, () => standard.OutputStride);
        Option<double?> dice = OptionValues.Create<double?>(
            "--dice", "Weight of the Dice loss beside cross-entropy, for classes of few pixels. [default: none]", "W", t => OptionValues.Weight(t, 1000));
        Option<IReadOnlyList<int>?> channels = OptionValues.Create<IReadOnlyList<int>?>(
            "--channels", $"Channels of the four stages. [default: {string.Join(',', standard.Channels)}]", "32,64,128,256", text => Stages(text, 8));
        Option<IReadOnlyList<int>?> blocks = OptionValues.Create<IReadOnlyList<int>?>(
            "--blocks", $"Blocks of the four stages. [default: {string.Join(',', standard.Blocks)}]", "1,1,2,2", text => Stages(text, 1));
        Option<int> decoder = OptionValues.Create(
            "--decoder-channels", "Channels of the decoder.", "N", text => Multiple(OptionValues.Whole(text, 8), 8, text), () => standard.DecoderChannels);
        Option<ContextPooling> pooling = OptionValues.Create(
            "--pooling", "How stages 1 to 3 reach the module: average or polyphase.", "average|polyphase", Pooling, () => standard.Pooling);
        Option<double?> temperature = OptionValues.Create<double?>(
            "--temperature", "Temperature of the pairwise attention. [default: 1]", "T", t => OptionValues.Real(t, 0, 1000));
        Option<IReadOnlyList<string>?> without = OptionValues.Create<IReadOnlyList<string>?>(
            "--without", "Parts to leave out, to see what they are worth.", "module,pairwise,unary,contrast", Parts);
        Option<string?> from = OptionValues.Path(
            "--from", "Workspace of an earlier training of a network of this shape, to start from its best weights; its classes may be others.", "DIR");
        Command command = new("train-dense", "Trains a dense model on labelled photos and writes it as an ONNX file.")
        {
            output, size, backbone, file, freeze, backboneRate, channels, blocks, stride, dice, decoder, pooling, temperature, without, from,
        };
        training.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isResNet = result.GetResult(backbone)?.Tokens is [{ Value: "resnet18" }];
            foreach (Option option in (Option[])(isResNet ? [channels, blocks] : [file]))
            {
                if (result.GetResult(option) is not null)
                {
                    result.AddError($"{option.Name}: expected {(isResNet ? "another backbone than" : "--backbone")} resnet18 beside it");
                }
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            (int Height, int Width) seen = parsed.GetValue(size) ?? (512, 512);
            IReadOnlyList<string> left = parsed.GetValue(without) ?? [];
            TrainDenseRun run = new(console)
            {
                Inputs = training.Inputs(parsed),
                WarmStart = parsed.GetValue(from),
                Output = parsed.GetRequiredValue(output),
                BackboneFile = parsed.GetValue(file),
                Size = seen,
                Training = OptionValues.Checked(() => training.Apply(parsed, standard with
                {
                    CropHeight = seen.Height,
                    CropWidth = seen.Width,
                    ContrastWeight = left.Contains("contrast") ? 0 : standard.ContrastWeight,
                    Backbone = parsed.GetValue(backbone),
                    FreezeEpochs = parsed.GetValue(freeze),
                    BackboneRate = parsed.GetValue(backboneRate) ?? (parsed.GetValue(backbone) == BackboneKind.ResNet18 ? 0.1 : standard.BackboneRate),
                    OutputStride = parsed.GetValue(stride),
                    DiceWeight = parsed.GetValue(dice) ?? standard.DiceWeight,
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
        "resnet18" => BackboneKind.ResNet18,
        _ => throw new InvalidInputException("text", "light, large-kernel or resnet18", $"'{text}'"),
    };

    private static int Stride(string text) => text is "1" or "2" or "4"
        ? text[0] - '0'
        : throw new InvalidInputException("text", "4, 2 or 1", $"'{text}'");

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
