using Microsoft.ML.Data;
using SparseRefine.Cli.Tests;
using SparseRefine.Images;

namespace SparseRefine.Faults;

/// <summary>A tiny fitted pipeline, pictures for it, and what an undisturbed run makes of them.</summary>
internal sealed class JobScene
{
    private readonly string _folder;
    private readonly string[] _options;

    /// <summary>Makes pictures, fits the pipeline and scores once.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="images">Number of pictures.</param>
    /// <param name="side">Their height; width is 4/3 of it.</param>
    /// <param name="options">Further options of the jobs.</param>
    public JobScene(string tool, string folder, int images, int side, params string[] options)
    {
        Tool = tool;
        _folder = folder;
        _options = options;
        Pictures = images;
        for (int i = 0; i < images; i++)
        {
            WritePicture($"images/{i % 7}/p{i:000}.png", side, side * 4 / 3, i);
        }

        for (int i = 0; i < 2; i++)
        {
            WritePicture($"fit/images/p{i}.png", 48, 64, i, $"fit/labels/p{i}.png");
        }

        string dense = Path.Combine(folder, "dense.onnx");
        string classes = Path.Combine(folder, "classes.csv");
        File.WriteAllBytes(dense, TinyModels.Brightness());
        File.WriteAllText(classes, "id,name,r,g,b\n0,ground,0,0,0\n1,stripe,255,255,0\n");
        Run(
            "fit", "--dense", dense, "--images", Path.Combine(folder, "fit/images"), "--labels", Path.Combine(folder, "fit/labels"), "--classes", classes,
            "--out", Model, "--scale", "0.25", "--size-multiple", "1", "--selector", "fraction:0.3", "--planes", "4,8", "--reps", "1", "--epochs", "1",
            "--batch", "2", "--crop", "32x32", "--seed", "3");
        string undisturbed = Path.Combine(folder, "undisturbed");
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Run(Arguments(undisturbed));
        Duration = watch.Elapsed;
        Expected = JobAudit.Check(undisturbed);
        if (Expected.Count < images)
        {
            throw new InvalidDataException($"expected {images} images from the undisturbed run, got {Expected.Count}");
        }
    }

    /// <summary>The tool.</summary>
    public string Tool { get; }

    /// <summary>Number of pictures.</summary>
    public int Pictures { get; }

    /// <summary>How long the undisturbed run took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Hash by output file of the undisturbed run.</summary>
    public IReadOnlyDictionary<string, string> Expected { get; }

    private string Model => Path.Combine(_folder, "model.sparserefine");

    /// <summary>The words that score the pictures into a folder.</summary>
    public string[] Arguments(string output) =>
        ["score", "--model", Model, "--images", Path.Combine(_folder, "images"), "--out", output, .. _options];

    private void Run(params string[] args)
    {
        using ToolProcess process = new(Tool, args);
        if (process.End(300) != 0)
        {
            throw new InvalidOperationException($"{args[0]}: expected exit code 0, got {process.ExitCode}: {process.Error}");
        }
    }

    // Stripes of class 1 on a ground of class 0, with noise that no encoder makes small.
    private void WritePicture(string name, int height, int width, int seed, string? labels = null)
    {
        Random random = new(seed);
        byte[] pixels = new byte[height * width * 4];
        byte[] map = new byte[height * width];
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (byte)(((i % width) + (i / width / 2) + seed) % 16 < 5 ? 1 : 0);
            for (int c = 0; c < 3; c++)
            {
                pixels[(i * 4) + c] = (byte)((map[i] == 1 ? 190 : 60) + random.Next(-40, 41));
            }

            pixels[(i * 4) + 3] = byte.MaxValue;
        }

        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(Prepare(name));
        if (labels is not null)
        {
            IndexPng.Write(new LabelMap(map, height, width), Prepare(labels));
        }
    }

    private string Prepare(string name)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
