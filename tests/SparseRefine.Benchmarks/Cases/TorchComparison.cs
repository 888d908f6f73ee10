using System.Diagnostics;
using System.Globalization;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>
/// The same network, weights, sites, features and labels in PyTorch (<c>torch_compare.py</c>), where a Python with PyTorch is
/// found: logits, loss and all gradients are compared first, then inference and a training step are timed on both sides.
/// </summary>
internal static class TorchComparison
{
    private const int Height = 512;
    private const int Width = 1024;
    private const int Classes = 19;
    private const int Inputs = Classes + 3;
    private const double Rate = 1e-3;
    private static readonly int[] Planes = [16, 32, 64];

    /// <summary>Compares, or says why not.</summary>
    /// <param name="threads">Threads of both sides.</param>
    /// <param name="quick">Less time for each case.</param>
    /// <returns>A section of markdown.</returns>
    public static string Run(int threads, bool quick)
    {
        string title = $"### torch, {threads} {(threads == 1 ? "thread" : "threads")}\n\n";
        string? python = ((string[])["/usr/bin/python3", "python3", "python"]).FirstOrDefault(p => Start(p, threads, "-c", "import torch, numpy").Code == 0);
        if (python is null)
        {
            return title + "skipped: no Python with PyTorch and NumPy on this machine\n\n";
        }

        string folder = Directory.CreateTempSubdirectory("sparserefine-torch-").FullName;
        try
        {
            double seconds = quick ? 2 : 8;
            return title + Compare(python, folder, threads, seconds) + DenseTorchComparison.Run(python, folder, threads, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Compare(string python, string folder, int threads, double seconds)
    {
        Workers workers = new(threads);
        SparseUNet network = new(new SparseUNetOptions(Inputs, Classes, Planes), seed: 1);
        SitePyramid pyramid = SitePyramid.Build(Scene.Mask(Height, Width, 0.1), Planes.Length, workers);
        SiteSet sites = pyramid.Levels[0].Sites;
        float[] features = Scene.Values(sites.Count * Inputs, seed: 11);
        byte[] labels = new byte[sites.Count];
        Random random = new(12);
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)random.Next(Classes);
        }

        string input = Path.Combine(folder, "case.safetensors");
        using (FileStream file = File.Create(input))
        {
            SafeTensors.Write(
                file,
                [
                    .. network.Parameters,
                    Filled("input.sites", [sites.Count, 2], [.. sites.Indices.SelectMany(i => new float[] { i / Width, i % Width })]),
                    Filled("input.features", [sites.Count, Inputs], features),
                    Filled("input.labels", [sites.Count], [.. labels.Select(l => (float)l)]),
                ],
                new Dictionary<string, string>
                {
                    ["threads"] = Text(threads),
                    ["seconds"] = Text(seconds),
                    ["height"] = Text(Height),
                    ["width"] = Text(Width),
                    ["planes"] = string.Join(',', Planes),
                    ["reps"] = Text(network.Options.Reps),
                    ["rate"] = Text(Rate),
                });
        }

        string output = Path.Combine(folder, "result.safetensors");
        FrozenSparseUNet frozen = network.Freeze();
        float[] logits = frozen.Infer(features, pyramid, workers);
        Variable values = new(features, sites.Count, Inputs, needsGradient: false);
        AdamW optimizer = new(network.Parameters);
        double Step()
        {
            optimizer.ZeroGradients();
            Tape tape = new(workers, random);
            double loss = CrossEntropy.Apply(network.Forward(values, pyramid, tape, workers), labels, workers: workers);
            tape.Backward();
            optimizer.Step(Rate, workers);
            return loss;
        }

        double loss = Step();
        Parameter[] trained = [.. network.Parameters.Where(p => p.IsTrained)];
        Parameter[] gradients = [.. trained.Select(p => Filled("gradient." + p.Name, p.Shape, p.Gradient))];
        Case inference = new("inference", threads, sites.Count, Unit.Site, () => { }, () => frozen.Infer(features, pyramid, workers));
        Case training = new("training step", threads, sites.Count, Unit.Site, () => { }, () => Step());
        IReadOnlyList<Measurement> before = Measurement.Take([inference, training], seconds / 4);
        (int code, string error) = Start(python, threads, Path.Combine(AppContext.BaseDirectory, "torch_compare.py"), input, output);
        if (code != 0)
        {
            throw new InvalidOperationException($"torch_compare.py: expected exit code 0, got {code}: {error}");
        }

        IReadOnlyList<Measurement> after = Measurement.Take([inference, training], seconds / 4);
        Parameter theirLogits = new("logits", [sites.Count, Classes]);
        Parameter[] theirGradients = [.. gradients.Select(g => new Parameter(g.Name, g.Shape))];
        Parameter[] exactGradients = [.. trained.Select(p => new Parameter("exact." + p.Name, p.Shape))];
        IReadOnlyDictionary<string, string> figures;
        using (FileStream file = File.OpenRead(output))
        {
            figures = SafeTensors.Read(file, [theirLogits, .. theirGradients, .. exactGradients], output);
        }

        double Figure(string name) => double.Parse(figures[name], CultureInfo.InvariantCulture);
        Check.Near(theirLogits.Value, logits, "torch: logits", 1e-4);
        Check.That(Math.Abs(Figure("loss") - loss) < 1e-4 * loss, $"torch: expected a loss of {Figure("loss")}, got {loss}");
        // Sums over all sites cancel, so that single precision leaves few digits on either side: ours may be no farther from
        // double precision than three times PyTorch's own error, or 1e-4.
        for (int i = 0; i < gradients.Length; i++)
        {
            double allowed = Math.Max(1e-4, 3 * Distance(exactGradients[i].Value, theirGradients[i].Value));
            double ours = Distance(exactGradients[i].Value, gradients[i].Value);
            Check.That(ours <= allowed, $"torch: {gradients[i].Name}: expected within {allowed:g3} of the largest value, got {ours:g3}");
        }

        string Row(int i, string name) => FormattableString.Invariant(
            $"| {before[i].Case.Name} | {Math.Min(before[i].Best, after[i].Best):0.0} | {(before[i].Median + after[i].Median) / 2:0.0} | ") +
            FormattableString.Invariant($"{Figure(name + "Best"):0.0} | {Figure(name + "Median"):0.0} | ") +
            FormattableString.Invariant($"{2 * Figure(name + "Median") / (before[i].Median + after[i].Median):0.00} |\n");
        return $"PyTorch {figures["version"]} (gather, product through oneDNN, index_add), {sites.Count} sites of {Height}x{Width}, planes {string.Join(',', Planes)};\n" +
            "ours timed before and after it. Logits and loss agreed first, and all gradients with those of double precision.\n\n" +
            "| case | ours best ms | ours median ms | PyTorch best ms | PyTorch median ms | times faster |\n|---|---:|---:|---:|---:|---:|\n" +
            Row(0, "inference") + Row(1, "training") + "\n";
    }

    // The largest difference as a share of the largest value.
    private static double Distance(float[] exact, float[] values) =>
        exact.Zip(values, (a, b) => Math.Abs((double)a - b)).Max() / Math.Max(exact.Max(Math.Abs), 1e-30);

    private static Parameter Filled(string name, int[] shape, float[] values)
    {
        Parameter parameter = new(name, shape);
        values.CopyTo(parameter.Value, 0);
        return parameter;
    }

    /// <summary>Runs a program to its end.</summary>
    internal static (int Code, string Error) Start(string program, int threads, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = Text(threads);
        try
        {
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
