using SparseRefine.Testing;

namespace SparseRefine.Faults;

/// <summary>A tiny fitted pipeline, photos for it, and what an undisturbed run makes of them.</summary>
internal sealed class JobScene
{
    private readonly string _folder;
    private readonly string[] _options;

    /// <summary>Makes photos, fits the pipeline and scores once.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="images">Number of photos.</param>
    /// <param name="side">Their height; width is 4/3 of it.</param>
    /// <param name="options">Further options of the jobs.</param>
    public JobScene(string tool, string folder, int images, int side, params string[] options)
    {
        Tool = tool;
        _folder = folder;
        _options = options;
        Photos = images;
        for (int i = 0; i < images; i++)
        {
            // With noise that no encoder makes small.
            StripedPhoto.Write(Path.Combine(folder, $"images/{i % 7}/p{i:000}.png"), null, side, side * 4 / 3, i, noise: 40);
        }

        for (int i = 0; i < 2; i++)
        {
            StripedPhoto.Write(Path.Combine(folder, $"fit/images/p{i}.png"), Path.Combine(folder, $"fit/labels/p{i}.png"), 48, 64, i);
        }

        string dense = Path.Combine(folder, "dense.onnx");
        string classes = Path.Combine(folder, "classes.csv");
        File.WriteAllBytes(dense, TinyModels.Brightness());
        File.WriteAllText(classes, "id,name,r,g,b\n0,ground,0,0,0\n1,stripe,255,255,0\n");
        Run(
            "fit", "--keep-anyway", "--dense", dense, "--images", Path.Combine(folder, "fit/images"), "--labels", Path.Combine(folder, "fit/labels"), "--classes", classes,
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

    /// <summary>Number of photos.</summary>
    public int Photos { get; }

    /// <summary>How long the undisturbed run took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Hash by output file of the undisturbed run.</summary>
    public IReadOnlyDictionary<string, string> Expected { get; }

    private string Model => Path.Combine(_folder, "model.sparserefine");

    /// <summary>The words that score the photos into a folder.</summary>
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
}
