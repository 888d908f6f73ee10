using System.CommandLine;
using System.CommandLine.Parsing;
using SparseRefine.Cli.Options;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>bench</c>: the command line of <see cref="BenchRun"/>.</summary>
internal static class BenchCommand
{
    // The network that figures in README and CHANGELOG were timed with; a fit's own default is smaller.
    private const int StandardReps = 2;
    private static readonly int[] StandardPlanes = [16, 32, 64];

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        RefinerTrainerOptions standard = new();
        Option<string?> model = OptionValues.Path("--model", "A fitted pipeline (*.sparserefine), timed on --images.", "FILE");
        Option<string?> images = OptionValues.Path("--images", "Folder of photos.", "DIR");
        Option<string?> dense = OptionValues.Path(
            "--dense", "A dense model, timed on a made scene of --size with --density of the pixels refined by random weights: about speed only.", "M.onnx");
        Option<string?> refiner = ShippedModelOptionGroup.CreateRefiner();
        Option<string?> fullDense = OptionValues.Path(
            "--full-dense", "The dense model at full resolution. [default: the same model as at low resolution]", "M.onnx");
        Option<(int Height, int Width)?> size = OptionValues.Create<(int Height, int Width)?>(
            "--size", "Size of the made scene.", "1024x2048", t => SceneSize(t));
        Option<double?> density = OptionValues.Create<double?>(
            "--density", "Share of the pixels to refine.", "0.1", t => OptionValues.Real(t, 0, 1));
        Option<double?> scale = OptionValues.Create<double?>(
            "--scale", "Side of what the dense model sees at low resolution / side of the scene. [default: 0.5]", "0.5", t => OptionValues.Real(t, 0, 1));
        Option<int?> multiple = OptionValues.Create<int?>(
            "--size-multiple", "The dense model's sides are multiples of this. [default: 32]", "N", t => OptionValues.Whole(t, 1));
        Option<IReadOnlyList<int>> planes = OptionValues.Create(
            "--planes", $"Channels of the sparse network's levels. [default: {string.Join(',', StandardPlanes)}]", "16,32,64", OptionValues.Planes);
        Option<int?> reps = OptionValues.Create<int?>(
            "--reps", $"Residual blocks a level. [default: {StandardReps}]", "N", t => OptionValues.Whole(t, 1));
        Option<FeatureSpec> features = OptionValues.Create(
            "--features", $"What the sparse network sees of a pixel. [default: {standard.Features.Describe()}]", "rgb,p", FeatureSpec.Parse);
        Option<RefinerMethod?> method = MethodOptions.CreateMethod(
            "Which network; two-column refines the blocks of a learned selector. [default: sparse-refine]");
        Option<int?> seed = OptionValues.Create<int?>(
            "--seed", "Seed of scene and weights. [default: 1]", "N", t => OptionValues.Whole(t, 0));
        Option<int> rounds = OptionValues.Int32("--rounds", "Measured rounds, after one that warms up.", 1, 5);
        Option<int> threads = OptionValues.Int32("--threads", "Threads of ONNX Runtime and of the engine; 0 takes all processors.", 0, 0);
        Option<string?> json = OptionValues.Path("--json", "Also write the numbers here.", "FILE");
        Command command = new("bench", "Times the dense model at full and low resolution and the refined answer, in one interleaved run.")
        {
            model, images, dense, refiner, fullDense, size, density, scale, multiple, planes, reps, features, method, seed, rounds, threads, json,
        };
        DenseModelOptionGroup sees = new(hasSizes: false);
        sees.AddTo(command);
        DeviceOption device = new();
        device.AddTo(command);
        Option[] ofScene = [size, density, scale, multiple, planes, reps, features, method, seed, .. sees.All];
        command.Validators.Add(result => Check(result, model, images, dense, refiner, [size, density], ofScene, [scale, multiple, .. sees.All]));
        command.SetAction((parsed, cancellation) =>
        {
            BenchRun run = new(console)
            {
                FullDense = parsed.GetValue(fullDense),
                Machine = device.Place(parsed, new() { Threads = parsed.GetValue(threads) }, console.WriteLine),
                Sees = sees.Read(parsed, parsed.GetValue(threads), parsed.GetValue(dense) is string onnx ? [onnx] : [], console.WriteLine),
                Rounds = parsed.GetValue(rounds),
                Json = parsed.GetValue(json),
            };
            if (parsed.GetValue(model) is string pipeline)
            {
                return Task.FromResult(run.OnPhotos(pipeline, "--model", SegmentationModel.Load, parsed.GetValue(images)!, cancellation));
            }

            if (parsed.GetValue(refiner) is not null)
            {
                DenseModelOptions seen = sees.Read(parsed, parsed.GetValue(threads), [parsed.GetValue(dense)!], console.WriteLine);
                return Task.FromResult(run.OnPhotos(
                    parsed.GetValue(dense)!,
                    "--dense",
                    (onnx, machine) => ShippedModelOptionGroup.Open(
                        onnx,
                        ShippedRefiner.Name,
                        seen with
                        {
                            Scale = parsed.GetValue(scale) ?? seen.Scale,
                            SizeMultiple = parsed.GetValue(multiple) ?? seen.SizeMultiple,
                        },
                        null,
                        null,
                        machine),
                    parsed.GetValue(images)!,
                    cancellation));
            }

            (int height, int width) = parsed.GetValue(size)!.Value;
            BenchScene scene = new(
                height,
                width,
                parsed.GetValue(scale),
                parsed.GetValue(multiple),
                parsed.GetValue(density)!.Value,
                parsed.GetValue(planes) ?? StandardPlanes,
                parsed.GetValue(reps) ?? StandardReps,
                parsed.GetValue(features) ?? standard.Features,
                parsed.GetValue(method) ?? standard.Method,
                parsed.GetValue(seed) ?? 1);
            return Task.FromResult(run.OnScene(parsed.GetValue(dense)!, scene, cancellation));
        });
        return command;
    }

    private static void Check(
        CommandResult result, Option model, Option images, Option dense, Option refiner, Option[] neededOfScene, Option[] ofScene, Option[] ofDense)
    {
        bool IsGiven(Option option) => result.GetResult(option) is not null;
        if (IsGiven(model) == IsGiven(dense))
        {
            result.AddError($"--model, --dense: expected one of them, got {(IsGiven(model) ? "both" : "none")}");
            return;
        }

        if (IsGiven(refiner) && IsGiven(model))
        {
            result.AddError($"{refiner.Name}: expected only with {dense.Name}, got it with {model.Name}");
            return;
        }

        bool onPhotos = IsGiven(model) || IsGiven(refiner);

        Option[] needed = onPhotos ? [images] : neededOfScene;
        Option[] foreign = IsGiven(model) ? ofScene : onPhotos ? [.. ofScene.Except(ofDense)] : [images];
        string form = IsGiven(model) ? model.Name : onPhotos ? refiner.Name : dense.Name;
        foreach (Option option in needed.Where(o => !IsGiven(o)))
        {
            result.AddError($"{option.Name}: expected with {form}, got none");
        }

        foreach (Option option in foreign.Where(IsGiven))
        {
            result.AddError($"{option.Name}: expected only with {(IsGiven(model) ? dense.Name : onPhotos ? $"{dense.Name} alone" : $"{model.Name} or {refiner.Name}")}, got it with {form}");
        }
    }

    private static (int Height, int Width)? SceneSize(string text)
    {
        (int height, int width) = OptionValues.Size(text);
        return height >= 16 && width >= 16 && (long)height * width <= int.MaxValue / 4
            ? (height, width)
            : throw new InvalidInputException("text", $"16x16 to {int.MaxValue / 4} pixels", $"'{text}'");
    }
}
