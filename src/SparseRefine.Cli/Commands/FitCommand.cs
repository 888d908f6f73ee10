using System.CommandLine;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>fit</c>: the command line of <see cref="FitRun"/>.</summary>
internal static class FitCommand
{
    private const string StandardSelector = "entropy:0.3";

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        RefinerTrainerOptions standard = new();
        DenseModelOptions denseStandard = new();
        Option<string[]> dense = new("--dense")
        {
            Description = "The dense model. Given several times: one refiner for all of them, with an --out for each in the same order.",
            HelpName = "M.onnx",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> images = OptionValues.Required("--images", "Folder of pictures to train on.", "DIR");
        Option<string> labels = OptionValues.Required("--labels", "Folder of index-label PNGs with the pictures' names.", "DIR");
        Option<string?> validationImages = OptionValues.Path(
            "--validation-images", "Folder of pictures that choose the best epoch; without it a fifth of --images is held out.", "DIR");
        Option<string?> validationLabels = OptionValues.Path("--validation-labels", "Their labels.", "DIR");
        Option<string> classes = OptionValues.Required("--classes", "The classes: id,name,r,g,b.", "classes.csv");
        Option<string[]> output = new("--out")
        {
            Description = "The pipeline file to write (*.sparserefine).",
            HelpName = "MODEL",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> workspace = OptionValues.Path(
            "--workspace", "Folder of a checkpoint, written after each epoch and on Ctrl-C; the same command goes on from it.", "DIR");
        Option<string?> warmStart = OptionValues.Path(
            "--warm-start", "A pipeline file whose refiner training starts from; features, planes, reps and residual are its own.", "MODEL");
        Option<double?> scale = OptionValues.Create<double?>(
            "--scale", "Side of what the dense model sees / side of the picture; 0.5 unless given.", "0.5", t => OptionValues.Real(t, 0, 4));
        Option<(int Height, int Width)?> size = OptionValues.Create<(int Height, int Width)?>(
            "--size", "What the dense model sees, instead of --scale.", "HxW", t => OptionValues.Size(t));
        Option<int> multiple = OptionValues.Int32(
            "--size-multiple", "The dense model's sides are multiples of this.", 1, denseStandard.SizeMultiple);
        Option<SelectorChoice> selector = OptionValues.Create(
            "--selector",
            $"Which pixels to refine; {StandardSelector} unless given. auto finds an entropy threshold on the validation pictures and prints the curve.",
            "entropy:0.3|fraction:0.1|margin:0.2|auto:density=0.1|auto:knee",
            SelectorChoice.Parse);
        Option<FeatureSpec> features = OptionValues.Create(
            "--features",
            $"What the sparse network sees of a pixel: any of rgb, xy, p, pt; {standard.Features.Describe()} unless given.",
            "rgb,p",
            FeatureSpec.Parse);
        Option<IReadOnlyList<int>> planes = OptionValues.Create(
            "--planes",
            $"Channels of the sparse network's levels, finest first; {string.Join(',', standard.Planes)} unless given.",
            "16,32,64",
            OptionValues.Planes);
        Option<int> reps = OptionValues.Int32("--reps", "Residual blocks a level.", 1, standard.Reps);
        Option<bool> residual = new("--residual")
        {
            Description = "Add the sparse network's answer to the dense one, so that training starts from the dense answer; needs feature p.",
        };
        Option<int> epochs = OptionValues.Int32("--epochs", "Passes over the training pictures.", 1, standard.Epochs);
        Option<int> batch = OptionValues.Int32("--batch", "Crops a step.", 1, standard.BatchSize);
        Option<(int Height, int Width)?> crop = OptionValues.Create<(int Height, int Width)?>(
            "--crop", $"Size of a training crop; {standard.CropHeight}x{standard.CropWidth} unless given.", "HxW", t => OptionValues.Size(t));
        Option<int> crops = OptionValues.Int32(
            "--crops", "Crops taken of a picture each epoch; more for pictures much larger than a crop.", 1, standard.CropsPerPhoto);
        Option<double> rate = OptionValues.Create(
            "--learning-rate", "AdamW's base rate.", "RATE", t => OptionValues.Real(t, 0, 1), () => standard.LearningRate);
        Option<(double Min, double Max)?> randomScale = OptionValues.Create<(double Min, double Max)?>(
            "--random-scale",
            FormattableString.Invariant($"Range of the random scale of training pictures; {standard.MinScale}-{standard.MaxScale} unless given."),
            "MIN-MAX",
            OptionValues.Range);
        Option<bool> verticalFlip = new("--vertical-flip") { Description = "Also mirror crops upside down; for pictures without an up." };
        Option<double?> dice = OptionValues.Create<double?>(
            "--dice", "Weight of the Dice loss beside cross-entropy; 0 unless given.", "W", t => OptionValues.Real(t, 0, 100));
        Option<IReadOnlyList<float>?> classWeights = OptionValues.Create<IReadOnlyList<float>?>(
            "--class-weights", "Weight of each class in the cross-entropy, in order of their ids; 1 each unless given.", "1,4,...", OptionValues.Weights);
        Option<double?> photometric = OptionValues.Create<double?>(
            "--photometric",
            FormattableString.Invariant($"Strength of random changes of colour, 0 (none) to 1; {standard.Photometric} unless given."),
            "S",
            t => OptionValues.Share(t, inclusive: true));
        Option<double?> average = OptionValues.Create<double?>(
            "--average-weights",
            FormattableString.Invariant($"Decay a step of the weights' moving average, which is what is kept; 0 is none; {standard.AverageDecay} unless given."),
            "0.99",
            t => OptionValues.Share(t, inclusive: false));
        Option<int> patience = OptionValues.Int32(
            "--patience", "Epochs without a better answer after which training stops; 0 never.", 0, standard.Patience);
        Option<int> seed = OptionValues.Int32("--seed", "Seed of weights, order, augmentation and held-out pictures.", 0, standard.Seed);
        Option<int> threads = OptionValues.Int32("--threads", "Threads; 0 takes all processors. The result is the same.", 0, standard.Threads);
        Command command = new("fit", "Fits a refiner for a dense model on labelled pictures and saves the whole pipeline.")
        {
            dense, images, labels, validationImages, validationLabels, classes, output, workspace, warmStart, scale, size, multiple, selector, features,
            planes, reps, residual, epochs, batch, crop, crops, rate, randomScale, verticalFlip, dice, classWeights, photometric, average, patience, seed, threads,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(validationImages) is null != result.GetResult(validationLabels) is null)
            {
                result.AddError("--validation-images, --validation-labels: expected both or neither, got one");
            }

            string[] models = result.GetValue(dense) ?? [];
            string[] files = result.GetValue(output) ?? [];
            if (models.Length != files.Length)
            {
                result.AddError($"--out: expected {models.Length}, one for each --dense, got {files.Length}");
            }

            if (result.GetResult(warmStart) is not null
                && new Option[] { features, planes, reps, residual }.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is Option own)
            {
                result.AddError($"--warm-start: expected no {own.Name} beside it, as the model has its own");
            }

            if (result.GetResult(scale) is not null && result.GetResult(size) is not null)
            {
                result.AddError("--scale, --size: expected one of them, got both");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            (int Height, int Width)? fixedSize = parsed.GetValue(size);
            (int cropHeight, int cropWidth) = parsed.GetValue(crop) ?? (standard.CropHeight, standard.CropWidth);
            (double minScale, double maxScale) = parsed.GetValue(randomScale) ?? (standard.MinScale, standard.MaxScale);
            FitRun run = new(console)
            {
                DensePaths = parsed.GetRequiredValue(dense),
                Photos = new LabelledFolders
                {
                    Images = parsed.GetRequiredValue(images),
                    Labels = parsed.GetRequiredValue(labels),
                    ValidationImages = parsed.GetValue(validationImages),
                    ValidationLabels = parsed.GetValue(validationLabels),
                },
                ClassesPath = parsed.GetRequiredValue(classes),
                Outputs = parsed.GetRequiredValue(output),
                Workspace = parsed.GetValue(workspace),
                WarmStart = parsed.GetValue(warmStart),
                Selector = parsed.GetValue(selector) ?? SelectorChoice.Parse(StandardSelector),
                Dense = new DenseModelOptions
                {
                    Scale = fixedSize is null ? parsed.GetValue(scale) ?? denseStandard.Scale : null,
                    Height = fixedSize?.Height,
                    Width = fixedSize?.Width,
                    SizeMultiple = parsed.GetValue(multiple),
                    IntraOpNumThreads = parsed.GetValue(threads),
                },
                Training = standard with
                {
                    Features = parsed.GetValue(features) ?? standard.Features,
                    Planes = parsed.GetValue(planes) ?? standard.Planes,
                    Reps = parsed.GetValue(reps),
                    Residual = parsed.GetValue(residual),
                    Epochs = parsed.GetValue(epochs),
                    BatchSize = parsed.GetValue(batch),
                    CropHeight = cropHeight,
                    CropWidth = cropWidth,
                    CropsPerPhoto = parsed.GetValue(crops),
                    LearningRate = parsed.GetValue(rate),
                    MinScale = minScale,
                    MaxScale = maxScale,
                    VerticalFlip = parsed.GetValue(verticalFlip),
                    DiceWeight = parsed.GetValue(dice) ?? standard.DiceWeight,
                    ClassWeights = parsed.GetValue(classWeights),
                    Photometric = parsed.GetValue(photometric) ?? standard.Photometric,
                    AverageDecay = parsed.GetValue(average) ?? standard.AverageDecay,
                    Patience = parsed.GetValue(patience),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                },
            };
            return Task.FromResult(run.Execute(cancellation));
        });
        return command;
    }
}
