using System.CommandLine;
using SparseRefine.Cli.Files;
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
        DenseTrainerOptions dense = new();
        RefinerTrainerOptions standard = dense.Training;
        FeatureRefinementOptions network = dense.Network;
        Option<string> images = OptionValues.Required("--images", "Folder of pictures to train on.", "DIR");
        Option<string> labels = OptionValues.Required("--labels", "Folder of index-label PNGs with the pictures' names.", "DIR");
        Option<string?> validationImages = OptionValues.Path(
            "--validation-images", "Folder of pictures that choose the best epoch; without it a fifth of --images is held out.", "DIR");
        Option<string?> validationLabels = OptionValues.Path("--validation-labels", "Their labels.", "DIR");
        Option<string> classes = OptionValues.Required("--classes", "The classes: id,name,r,g,b.", "classes.csv");
        Option<string> output = OptionValues.Required("--out", "The ONNX file to write.", "M.onnx");
        Option<(int Height, int Width)?> size = OptionValues.Create<(int Height, int Width)?>(
            "--size", "What the network sees of a picture; 512x512 unless given.", "HxW", t => OptionValues.Size(t));
        Option<(int Height, int Width)?> crop = OptionValues.Create<(int Height, int Width)?>(
            "--crop", "Size of a training crop of that; as --size unless given.", "HxW", t => OptionValues.Size(t));
        Option<BackboneKind> backbone = OptionValues.Create(
            "--backbone", "light (residual blocks) or large-kernel (attention by large kernels).", "light|large-kernel", Backbone, () => network.Backbone);
        Option<IReadOnlyList<int>?> channels = OptionValues.Create<IReadOnlyList<int>?>(
            "--channels", $"Channels of the four stages; {string.Join(',', network.Channels)} unless given.", "32,64,128,256", OptionValues.Planes);
        Option<IReadOnlyList<int>?> blocks = OptionValues.Create<IReadOnlyList<int>?>(
            "--blocks", $"Blocks of the four stages; {string.Join(',', network.Blocks)} unless given.", "1,1,2,2", OptionValues.Planes);
        Option<int> decoder = OptionValues.Int32("--decoder-channels", "Channels of the decoder.", 8, network.DecoderChannels);
        Option<ContextPooling> pooling = OptionValues.Create(
            "--pooling", "How stages 1 to 3 reach the module: average or polyphase.", "average|polyphase", Pooling, () => network.Pooling);
        Option<double?> temperature = OptionValues.Create<double?>(
            "--temperature", "Temperature of the pairwise attention; 1 unless given.", "T", t => OptionValues.Real(t, 0, 1000));
        Option<IReadOnlyList<string>?> without = OptionValues.Create<IReadOnlyList<string>?>(
            "--without", "Parts to leave out, to see what they are worth.", "module,pairwise,unary,contrast", Parts);
        Option<int> epochs = OptionValues.Int32("--epochs", "Passes over the training pictures.", 1, standard.Epochs);
        Option<int> batch = OptionValues.Int32("--batch", "Crops a step.", 1, standard.BatchSize);
        Option<double> rate = OptionValues.Create(
            "--learning-rate", "AdamW's base rate.", "RATE", t => OptionValues.Real(t, 0, 1), () => standard.LearningRate);
        Option<(double Min, double Max)?> randomScale = OptionValues.Create<(double Min, double Max)?>(
            "--random-scale",
            FormattableString.Invariant($"Range of the random scale of training pictures; {standard.MinScale}-{standard.MaxScale} unless given."),
            "MIN-MAX",
            OptionValues.Range);
        Option<bool> verticalFlip = new("--vertical-flip") { Description = "Also mirror crops upside down; for pictures without an up." };
        Option<IReadOnlyList<float>?> classWeights = OptionValues.Create<IReadOnlyList<float>?>(
            "--class-weights", "Weight of each class in the cross-entropy, in order of their ids; 1 each unless given.", "1,4,...", OptionValues.Weights);
        Option<double?> photometric = OptionValues.Create<double?>(
            "--photometric",
            FormattableString.Invariant($"Strength of random changes of colour, 0 (none) to 1; {standard.Photometric} unless given."),
            "S",
            t => OptionValues.Share(t, inclusive: true));
        Option<int> patience = OptionValues.Int32(
            "--patience", "Epochs without a better answer after which training stops; 0 never.", 0, standard.Patience);
        Option<int> seed = OptionValues.Int32("--seed", "Seed of weights, order, augmentation and held-out pictures.", 0, standard.Seed);
        Option<int> threads = OptionValues.Int32("--threads", "Threads; 0 takes all processors. The result is the same.", 0, standard.Threads);
        Option<string?> workspace = OptionValues.Path(
            "--workspace", "Folder of the checkpoint; the same command goes on from it after an interruption.", "DIR");
        Option<long> maxPixels = OptionValues.MaxPixels();
        Command command = new("train-dense", "Trains a light dense model on labelled pictures and writes it as an ONNX file.")
        {
            images, labels, validationImages, validationLabels, classes, output, size, crop, backbone, channels, blocks, decoder, pooling,
            temperature, without, epochs, batch, rate, randomScale, verticalFlip, classWeights, photometric, patience, seed, threads, workspace, maxPixels,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(validationImages) is null != result.GetResult(validationLabels) is null)
            {
                result.AddError("--validation-images, --validation-labels: expected both or neither, got one");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            (int Height, int Width) seen = parsed.GetValue(size) ?? (512, 512);
            (int Height, int Width) cut = parsed.GetValue(crop) ?? seen;
            (double minScale, double maxScale) = parsed.GetValue(randomScale) ?? (standard.MinScale, standard.MaxScale);
            IReadOnlyList<string> left = parsed.GetValue(without) ?? [];
            TrainDenseRun run = new(console)
            {
                Photos = new LabelledFolders
                {
                    Images = parsed.GetRequiredValue(images),
                    Labels = parsed.GetRequiredValue(labels),
                    ValidationImages = parsed.GetValue(validationImages),
                    ValidationLabels = parsed.GetValue(validationLabels),
                    MaxPixels = parsed.GetValue(maxPixels),
                },
                ClassesPath = parsed.GetRequiredValue(classes),
                Output = parsed.GetRequiredValue(output),
                Workspace = parsed.GetValue(workspace),
                Size = seen,
                ContrastWeight = left.Contains("contrast") ? 0 : dense.ContrastWeight,
                Network = network with
                {
                    Backbone = parsed.GetValue(backbone),
                    Channels = parsed.GetValue(channels) ?? network.Channels,
                    Blocks = parsed.GetValue(blocks) ?? network.Blocks,
                    DecoderChannels = parsed.GetValue(decoder),
                    Pooling = parsed.GetValue(pooling),
                    Temperature = parsed.GetValue(temperature) ?? network.Temperature,
                    HasModule = !left.Contains("module"),
                    HasPairwise = !left.Contains("pairwise"),
                    HasUnary = !left.Contains("unary"),
                },
                Training = standard with
                {
                    Epochs = parsed.GetValue(epochs),
                    BatchSize = parsed.GetValue(batch),
                    CropHeight = cut.Height,
                    CropWidth = cut.Width,
                    LearningRate = parsed.GetValue(rate),
                    MinScale = minScale,
                    MaxScale = maxScale,
                    VerticalFlip = parsed.GetValue(verticalFlip),
                    ClassWeights = parsed.GetValue(classWeights),
                    Photometric = parsed.GetValue(photometric) ?? standard.Photometric,
                    Patience = parsed.GetValue(patience),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                },
            };
            return Task.FromResult(run.Execute(cancellation));
        });
        return command;
    }

    private static BackboneKind Backbone(string text) => text switch
    {
        "light" => BackboneKind.Light,
        "large-kernel" => BackboneKind.LargeKernel,
        _ => throw new FormatException($"expected light or large-kernel, got '{text}'"),
    };

    private static ContextPooling Pooling(string text) => text switch
    {
        "average" => ContextPooling.Average,
        "polyphase" => ContextPooling.Polyphase,
        _ => throw new FormatException($"expected average or polyphase, got '{text}'"),
    };

    private static IReadOnlyList<string> Parts(string text)
    {
        string[] parts = text.Split(',');
        return parts.All(part => part is "module" or "pairwise" or "unary" or "contrast")
            ? parts
            : throw new FormatException($"expected any of module,pairwise,unary,contrast, got '{text}'");
    }
}
