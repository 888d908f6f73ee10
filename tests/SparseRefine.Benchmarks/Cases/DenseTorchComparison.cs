using System.Globalization;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.Kernels;
using SparseRefine.Persistence;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>A training step of the dense network in PyTorch (<c>torch_dense.py</c>) on the same weights, crops and labels, where PyTorch is found.</summary>
internal static class DenseTorchComparison
{
    /// <summary>Compares the losses of the first steps, then times.</summary>
    /// <param name="python">A Python with PyTorch.</param>
    /// <param name="folder">For temporary files.</param>
    /// <param name="threads">Threads of both sides.</param>
    /// <param name="seconds">For each side.</param>
    /// <returns>A table of markdown.</returns>
    public static string Run(string python, string folder, int threads, double seconds)
    {
        Workers workers = new(threads);
        string input = Path.Combine(folder, "dense.safetensors");
        string output = Path.Combine(folder, "dense.result.safetensors");
        DenseNetworkCases.DenseStep step = new(workers, classes: 11);
        step.Save(input);
        double[] losses = [step.Run(), step.Run(), step.Run()];
        Case ours = new("training step", threads, DenseNetworkCases.Batch, Unit.Pixel, () => { }, () => step.Run());
        Measurement before = Measurement.Take([ours], seconds / 2)[0];
        (int code, string error) = TorchComparison.Start(
            python,
            threads,
            Path.Combine(AppContext.BaseDirectory, "torch_dense.py"),
            input,
            output,
            threads.ToString(CultureInfo.InvariantCulture),
            seconds.ToString(CultureInfo.InvariantCulture));
        Check.That(code == 0, $"torch_dense.py: expected exit code 0, got {code}: {error}");
        Measurement after = Measurement.Take([ours], seconds / 2)[0];
        using FileStream file = File.OpenRead(output);
        IReadOnlyDictionary<string, string> figures = SafeTensors.Read(file, [], output);
        double Figure(string name) => double.Parse(figures[name], CultureInfo.InvariantCulture);
        for (int i = 0; i < losses.Length; i++)
        {
            // The second and third loss depend on all gradients; Adam's first steps magnify the rounding of small ones.
            double allowed = i == 0 ? 1e-4 : 1e-2;
            Check.That(Math.Abs(Figure($"loss{i}") - losses[i]) < allowed * losses[i], $"torch dense: expected loss {i} of {Figure($"loss{i}")}, got {losses[i]}");
        }

        double median = (before.Median + after.Median) / 2;
        return $"Dense network, PyTorch {figures["version"]} ({figures["layout"]}, the faster layout), 4 crops of 256x256; losses of three steps agreed first.\n\n" +
            "| case | ours best ms | ours median ms | PyTorch best ms | PyTorch median ms | times faster |\n|---|---:|---:|---:|---:|---:|\n" +
            FormattableString.Invariant($"| training step | {Math.Min(before.Best, after.Best):0.0} | {median:0.0} | {Figure("best"):0.0} | {Figure("median"):0.0} | {Figure("median") / median:0.00} |\n\n");
    }
}
