using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;
using SparseRefine.Cli.Scenes;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Persistence;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>One run of <c>bench</c> in either form.</summary>
/// <param name="console">Where it prints.</param>
internal sealed class BenchRun(IAnsiConsole console)
{
    /// <summary>The model at full resolution where it is another file.</summary>
    public required string? FullDense { get; init; }

    /// <summary>Threads and device.</summary>
    public required SegmentationModelOptions Machine { get; init; }

    /// <summary>How the dense model of a made scene sees it.</summary>
    public required DenseModelOptions Sees { get; init; }

    /// <summary>Measured rounds.</summary>
    public required int Rounds { get; init; }

    /// <summary>Where to write the numbers.</summary>
    public required string? Json { get; init; }

    /// <summary>A fitted pipeline, or a dense model with the shipped refiner, on photos.</summary>
    /// <param name="model">The file.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="images">The photos' folder.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>An exit code.</returns>
    public int OnPhotos(
        string model, string option, Func<string, SegmentationModelOptions, SegmentationModel> open, string images, CancellationToken cancellation)
    {
        CheckJson();
        IReadOnlyList<string> files = PhotoFolder.List(images, "--images");
        using SegmentationModel ours = open(model, Machine);
        using DenseModel full = ours is { Dense: DenseModel low, Refiner: not null }
            ? OpenFull(low, option, model)
            : throw new InvalidInputException(model, "a pipeline with a dense model and a refiner, as fit writes it", "another");
        console.WriteLine(RuntimeLine.Text);
        return Measure(full, ours, [.. files.Select(f => (Func<MLImage>)(() => PhotoReader.Read(f)))], cancellation);
    }

    /// <summary>A dense model and a refiner with seeded weights on a made scene.</summary>
    /// <param name="dense">The dense model.</param>
    /// <param name="scene">What to time.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>An exit code.</returns>
    public int OnScene(string dense, BenchScene scene, CancellationToken cancellation)
    {
        CheckJson();
        using SegmentationModel model = SegmentationModel.FromOnnx(
            dense,
            Sees with { Scale = scene.Scale ?? 0.5, Height = null, Width = null, SizeMultiple = scene.SizeMultiple ?? Sees.SizeMultiple },
            options: Machine);
        DenseModel low = model.Dense!;
        using DenseModel full = OpenFull(low, "--dense", dense);
        if (!low.TakesAnySize && scene.Scale is not null)
        {
            throw new InvalidInputException("--scale", "none for a model of fixed size", $"{scene.Scale} for {dense}");
        }

        (int Height, int Width) size = (scene.Height, scene.Width);
        if (!full.TakesAnySize && full.InputSize(size.Height, size.Width) != size)
        {
            throw new InvalidInputException(
                "--size", $"{Text(full.InputSize(size.Height, size.Width))}, the fixed size of {full.Name}", $"{Text(size)}");
        }

        console.WriteLine(RuntimeLine.Text);
        console.WriteLine("about speed only: the refiner's weights are random, the scene and the refined pixels are made up");
        console.WriteLine(
            $"dense model {dense}: full {Text(full.InputSize(size.Height, size.Width))}, low {Text(low.InputSize(size.Height, size.Width))}; " +
            $"refiner: {scene.Method}, planes {string.Join(',', scene.Planes)}, reps {scene.Reps}, features {scene.Features.Describe()}, seed {scene.Seed}");
        const int SceneClasses = 19;
        LabelMap labels = SyntheticScene.Labels(size.Height, size.Width, SceneClasses, scene.Seed);
        SiteSet? mask = scene.Method == RefinerMethod.TwoColumn ? null : ContourMask.Grow(labels, scene.Density);
        byte[] pixels = SyntheticScene.Photo(labels, scene.Seed);
        using MLImage photo = Image(pixels, size.Height, size.Width);
        int classes = low.Classes ?? low.Run(photo.AsView(), cancellation).Classes;
        SparseRefiner refiner = scene.Refiner(classes);

        // A graph cannot be told which pixels to take: there they are as many, of the highest entropy.
        refiner = mask is null ? refiner
            : IsOnCpu ? refiner.WithSelector(new BenchSelector(refiner.Selector, mask))
            : refiner.WithSelector(PixelSelector.Parse(FormattableString.Invariant($"fraction:{scene.Density}")));
        using SegmentationModel ours = model.WithRefiner(refiner);
        return Measure(full, ours, [() => Image(pixels, size.Height, size.Width)], cancellation);
    }

    private static MLImage Image(byte[] rgb, int height, int width)
    {
        byte[] pixels = new byte[height * width * 4];
        for (int i = 0; i < height * width; i++)
        {
            rgb.AsSpan(i * 3, 3).CopyTo(pixels.AsSpan(i * 4));
            pixels[(i * 4) + 3] = byte.MaxValue;
        }

        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
    }

    private bool IsOnCpu => Machine.ExecutionProvider is null or ExecutionProvider.Cpu;

    private int Measure(DenseModel full, SegmentationModel ours, IReadOnlyList<Func<MLImage>> photos, CancellationToken cancellation)
    {
        using SegmentationModel? fullGraph = Graph(full, ours);
        using SegmentationModel? lowGraph = Graph(ours.Dense!, ours);
        BenchSubject subject = new(full, ours, new Workers(Machine.Threads)) { FullGraph = fullGraph, LowGraph = lowGraph };
        BenchReport report = new BenchRounds(console, subject, photos).Run(Rounds, cancellation);
        BenchTable.Write(console, report);
        if (Json is not null)
        {
            AtomicFile.Write(Json, file => BenchJson.Write(report, file));
            console.WriteLine($"numbers: {Json}");
        }

        return ExitCodes.Success;
    }

    // On a GPU a dense model alone is a graph, too, so that what is compared takes the same ways up and down.
    private SegmentationModel? Graph(DenseModel dense, SegmentationModel ours) => IsOnCpu ? null
        : dense.Name == FullDense ? SegmentationModel.FromOnnx(FullDense, dense.Options, options: Machine)
        : SegmentationModel.FromOnnx(
            ((IEnumerable<ITransformer>)ours.Transformer).OfType<DenseSegmentationTransformer>().Single().ModelBytes,
            dense.Name,
            dense.Options with { FeatureOutputName = null },
            options: Machine);

    private DenseModel OpenFull(DenseModel low, string option, string path)
    {
        if (FullDense is not null)
        {
            return new DenseModel(
                FullDense,
                low.Options with
                {
                    Scale = 1,
                    Height = null,
                    Width = null,
                    InputName = null,
                    OutputName = null,
                    InputLayout = TensorLayout.Auto,
                    OutputLayout = TensorLayout.Auto,
                    FeatureOutputName = null,
                });
        }

        return low.TakesAnySize
            ? low.AtScale(1)
            : throw new InvalidInputException(
                option, "a dense model that takes any size, or --full-dense beside it", $"{path}, which takes {Text(low.InputSize(1, 1))} only");
    }

    private void CheckJson()
    {
        if (Json is not null)
        {
            OutputFile.CheckFile(Json, "--json");
        }
    }

    private static string Text((int Height, int Width) size) => $"{size.Height}x{size.Width}";
}
