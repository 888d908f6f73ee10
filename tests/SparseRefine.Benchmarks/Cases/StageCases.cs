using SparseRefine.Benchmarks.Harness;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>What happens to a 1024x2048 photo besides the two networks: selection, kernel maps, features, merging.</summary>
internal static class StageCases
{
    private const int Height = 1024;
    private const int Width = 2048;
    private const int Pixels = Height * Width;
    private const double Density = 0.1;

    /// <summary>All stages.</summary>
    public static IReadOnlyList<Case> All(int threads)
    {
        Workers workers = new(threads);
        SiteSet sites = Scene.Mask(Height, Width, Density);
        return
        [
            .. new[] { 2, 19 }.SelectMany(classes => Selectors(classes, workers)),
            Maps(sites, workers),
            Features(sites, workers),
            .. new[] { 2, 19 }.Select(classes => Ensembler(classes, sites, workers)),
            Merger(sites),
        ];
    }

    // By threshold, set so that about a tenth of the pixels is selected, and by exact fraction.
    private static IEnumerable<Case> Selectors(int classes, Workers workers)
    {
        LogitMap logits = Scene.Logits(Scene.Labels(Height, Width, classes), classes);
        (float[] entropies, byte[] labels) = Reference(logits);
        float threshold = entropies.Order().ElementAt((int)((1 - Density) * Pixels));
        EntropySelector byThreshold = new(threshold);
        FractionSelector byFraction = new(Density);
        yield return new Case($"entropy selector, {classes} classes", workers.Threads, Pixels, Unit.Pixel, () =>
        {
            PixelSelection selection = byThreshold.Select(logits, Height, Width, workers);
            Check.That(selection.DenseLabels.Labels.AsSpan().SequenceEqual(labels), $"entropy selector, {classes} classes: labels differ");

            // Entropies within single precision's rounding of the threshold may fall on either side.
            bool[] selected = new bool[Pixels];
            Array.ForEach(selection.Sites.Indices, i => selected[i] = true);
            for (int i = 0; i < Pixels; i++)
            {
                Check.That(
                    Math.Abs(entropies[i] - threshold) < 1e-4 || selected[i] == entropies[i] > threshold,
                    $"entropy selector, {classes} classes: pixel {i} of entropy {entropies[i]} against {threshold}");
            }
        }, () => byThreshold.Select(logits, Height, Width, workers));
        yield return new Case($"fraction selector, {classes} classes", workers.Threads, Pixels, Unit.Pixel, () =>
        {
            PixelSelection selection = byFraction.Select(logits, Height, Width, workers);
            Check.That(selection.Sites.Count == (int)Math.Round(Density * Pixels), "fraction selector: another number of pixels");
            Check.That(
                selection.Sites.Indices.Min(i => entropies[i]) > threshold - 1e-4f, "fraction selector: a pixel of too low an entropy");
        }, () => byFraction.Select(logits, Height, Width, workers));
    }

    private static Case Maps(SiteSet sites, Workers workers)
    {
        const int Levels = 3;
        return new Case($"kernel maps of {Levels} levels", workers.Threads, sites.Count, Unit.Site, () =>
        {
            // One channel of ones through weights of one counts the neighbours that the maps know.
            SiteLevel level = SitePyramid.Build(sites, Levels, workers).Levels[0];
            Layers.SubmanifoldConvolution ones = new("ones", 1, 1, new Random(1));
            Array.Fill(ones.Parameters[0].Value, 1);
            float[] input = new float[sites.Count];
            Array.Fill(input, 1);
            Layers.Variable count = ones.Forward(new Layers.Variable(input, sites.Count, 1, needsGradient: false), level, null, workers);
            Check.That(count.Value.Sum(v => (long)v) == new Oracle(sites, sites, 1).Pairs(), "kernel maps: another number of neighbours");
        }, () => SitePyramid.Build(sites, Levels, workers).Dispose());
    }

    private static Case Features(SiteSet sites, Workers workers)
    {
        const int Classes = 19;
        LabelMap labels = Scene.Labels(Height, Width, Classes);
        ImageBuffer photo = Scene.Photo(labels);
        LogitMap logits = Scene.Logits(labels, Classes);
        FeatureSpec spec = FeatureSpec.Parse("rgb,p");
        float[] Extract() => RefinerFeatures.Extract(
            photo.View, logits, sites, spec, SparseRefiner.ProbabilityThreshold, Interpolation.Bilinear, workers);
        return new Case("features rgb,p, 19 classes", workers.Threads, sites.Count, Unit.Site, () =>
        {
            float[] rows = Extract();
            LogitSampler sampler = new(logits, Height, Width, Interpolation.Bilinear);
            float[] row = new float[Classes * Width];
            for (int i = 0; i < sites.Count; i += 997)
            {
                (int y, int x) = Math.DivRem(sites.Indices[i], Width);
                sampler.SampleRow(y, row);
                double[] z = [.. Enumerable.Range(0, Classes).Select(c => (double)row[(c * Width) + x])];
                double sum = z.Sum(v => Math.Exp(v - z.Max()));
                double[] rgb = [123.675, 116.28, 103.53];
                double[] deviation = [58.395, 57.12, 57.375];
                double[] expected =
                [
                    .. Enumerable.Range(0, 3).Select(c => (photo.Pixels[(3 * sites.Indices[i]) + c] - rgb[c]) / deviation[c]),
                    .. z.Select(v => Math.Exp(v - z.Max()) / sum),
                ];
                Check.Near(expected, [.. rows.AsSpan(22 * i, 22).ToArray().Select(v => (double)v)], $"features of site {i}");
            }
        }, () => Extract());
    }

    private static Case Ensembler(int classes, SiteSet sites, Workers workers)
    {
        GatedEnsembler gate = new(new GatedEnsemblerOptions(classes), seed: 1);
        float[] dense = Scene.Values(sites.Count * classes, seed: 7);
        float[] sparse = Scene.Values(sites.Count * classes, seed: 8);
        return new Case($"gated ensembler, {classes} classes", workers.Threads, sites.Count, Unit.Site, () =>
        {
            float[] merged = gate.Ensemble(dense, sparse, sites.Count, classes, workers);
            for (int i = 0; i < sites.Count; i += 997)
            {
                Check.Near(
                    Gate(gate, dense.AsSpan(i * classes, classes), sparse.AsSpan(i * classes, classes)),
                    [.. merged.AsSpan(i * classes, classes).ToArray().Select(v => (double)v)],
                    $"gated ensembler, {classes} classes, row {i}");
            }
        }, () => gate.Ensemble(dense, sparse, sites.Count, classes, workers));
    }

    private static Case Merger(SiteSet sites)
    {
        const int Classes = 19;
        PixelSelection selection = new(sites, Scene.Labels(Height, Width, Classes));
        float[] rows = Scene.Values(sites.Count * Classes, seed: 9);
        return new Case("label merger, 19 classes", 1, sites.Count, Unit.Site, () =>
        {
            LabelMap merged = LabelMerger.Merge(selection, rows, Classes);
            for (int i = 0; i < sites.Count; i += 997)
            {
                float[] row = rows.AsSpan(i * Classes, Classes).ToArray();
                Check.That(merged.Labels[sites.Indices[i]] == Array.IndexOf(row, row.Max()), $"label merger: site {i}");
            }
        }, () => LabelMerger.Merge(selection, rows, Classes));
    }

    /// <summary>Entropy and argmax of every pixel by their formulas in double precision, from interpolated rows.</summary>
    private static (float[] Entropies, byte[] Labels) Reference(LogitMap logits)
    {
        float[] entropies = new float[Pixels];
        byte[] labels = new byte[Pixels];
        LogitSampler sampler = new(logits, Height, Width, Interpolation.Bilinear);
        Parallel.For(0, Height, y =>
        {
            float[] row = new float[logits.Classes * Width];
            sampler.SampleRow(y, row);
            double[] z = new double[logits.Classes];
            for (int x = 0; x < Width; x++)
            {
                for (int c = 0; c < z.Length; c++)
                {
                    z[c] = row[(c * Width) + x];
                }

                entropies[(y * Width) + x] = (float)EntropyOf(z);
                labels[(y * Width) + x] = (byte)Array.IndexOf(z, z.Max());
            }
        });
        return (entropies, labels);
    }

    private static double EntropyOf(double[] z) => Probabilities(z).Sum(p => -p * Math.Log(Math.Max(p, 1e-5)));

    private static double[] Probabilities(double[] z)
    {
        double largest = z.Max();
        double sum = z.Sum(v => Math.Exp(v - largest));
        return Array.ConvertAll(z, v => Math.Exp(v - largest) / sum);
    }

    // The gate's formula: [p1, e1, p2, e2] -> linear -> relu -> linear -> softmax = w; y = w1 z1 + w2 z2; linear -> relu -> linear.
    private static double[] Gate(GatedEnsembler gate, ReadOnlySpan<float> dense, ReadOnlySpan<float> sparse)
    {
        double[] z1 = Array.ConvertAll(dense.ToArray(), v => (double)v);
        double[] z2 = Array.ConvertAll(sparse.ToArray(), v => (double)v);
        double[] inputs = [.. Probabilities(z1), EntropyOf(z1), .. Probabilities(z2), EntropyOf(z2)];
        double[] w = Probabilities(Perceptron(gate, 0, inputs));
        return Perceptron(gate, 4, [.. z1.Select((v, c) => (w[0] * v) + (w[1] * z2[c]))]);
    }

    private static double[] Perceptron(GatedEnsembler gate, int first, double[] inputs) => Linear(
        gate.Parameters[first + 2].Value,
        gate.Parameters[first + 3].Value,
        [.. Linear(gate.Parameters[first].Value, gate.Parameters[first + 1].Value, inputs).Select(v => Math.Max(v, 0))]);

    private static double[] Linear(float[] weights, float[] bias, double[] inputs) =>
        [.. bias.Select((b, o) => b + inputs.Select((v, i) => v * weights[(o * inputs.Length) + i]).Sum())];
}
