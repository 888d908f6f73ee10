using SparseRefine.Benchmarks.Harness;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>The whole sparse network at 10 % of 1024x2048, in inference, in training, and with every stage around it.</summary>
internal static class NetworkCases
{
    private const int Height = 1024;
    private const int Width = 2048;
    private const int Classes = 19;
    private const int Inputs = Classes + 3;
    private static readonly int[] Planes = [16, 32, 64];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<Case> All(int threads) =>
    [
        PeakFma.Create(threads),
        Inference(Planes, threads),
        Inference([8, 16, 32], threads),
        TrainingStep(threads),
        EndToEnd(Planes, 2, threads),
        EndToEnd(Planes, 1, threads),
        EndToEnd([8, 16, 32], 2, threads),
        EndToEnd([8, 16, 32], 1, threads),
    ];

    private static Case Inference(int[] planes, int threads)
    {
        Workers workers = new(threads);
        SparseUNetOptions options = new(Inputs, Classes, planes);
        SparseUNet network = new(options, seed: 1);
        FrozenSparseUNet frozen = network.Freeze();
        SitePyramid pyramid = SitePyramid.Build(Scene.Mask(Height, Width, 0.1), planes.Length, workers);
        float[] features = Scene.Values(pyramid.Levels[0].Sites.Count * Inputs, seed: 10);
        string name = $"U-Net {string.Join(',', planes)}, inference";
        return new Case(name, threads, 2.0 * network.MultiplyAdds(pyramid), Unit.Flop, () =>
        {
            // On fewer sites: the scalar path is slow. Not folded, no vectors, layer by layer.
            SitePyramid few = SitePyramid.Build(Scene.Mask(128, 256, 0.1), planes.Length, workers);
            int rows = few.Levels[0].Sites.Count;
            SparseUNet scalar = new(options, seed: 1, SimdPath.Scalar);
            Variable expected = scalar.Forward(new Variable(features[..(rows * Inputs)], rows, Inputs, needsGradient: false), few, null, workers);
            Check.Near(expected.Value, frozen.Infer(features[..(rows * Inputs)], few, workers), name);
        }, () => frozen.Infer(features, pyramid, workers));
    }

    private static Case TrainingStep(int threads)
    {
        Workers workers = new(threads);
        SparseUNet network = new(new SparseUNetOptions(Inputs, Classes, Planes), seed: 1);
        SitePyramid pyramid = SitePyramid.Build(Scene.Mask(Height / 2, Width / 2, 0.1), Planes.Length, workers);
        int rows = pyramid.Levels[0].Sites.Count;
        Variable input = new(Scene.Values(rows * Inputs, seed: 11), rows, Inputs, needsGradient: false);
        Random random = new(12);
        byte[] labels = new byte[rows];
        Array.ForEach(Enumerable.Range(0, rows).ToArray(), i => labels[i] = (byte)random.Next(Classes));
        AdamW optimizer = new(network.Parameters);
        double Step()
        {
            optimizer.ZeroGradients();
            Tape tape = new(workers, random);
            double loss = CrossEntropy.Apply(network.Forward(input, pyramid, tape, workers), labels, workers: workers);
            tape.Backward();
            optimizer.Step(1e-3, workers);
            return loss;
        }

        // Forward, towards inputs and towards weights are three products of the same size.
        return new Case("training step 16,32,64 at 512x1024 (3 x forward's work)", threads, 3 * 2.0 * network.MultiplyAdds(pyramid), Unit.Flop, () =>
        {
            double first = Step();
            double last = Enumerable.Range(0, 3).Select(_ => Step()).Last();
            Check.That(last < first, $"training step: expected the loss to fall from {first}, got {last}");
        }, () => Step());
    }

    private static Case EndToEnd(int[] planes, int reps, int threads)
    {
        Workers workers = new(threads);
        LabelMap labels = Scene.Labels(Height, Width, Classes);
        LogitMap logits = Scene.Logits(labels, Classes);
        ImageBuffer photo = Scene.Photo(labels);
        SparseRefiner refiner = new(
            new FractionSelector(0.1),
            FeatureSpec.Parse("rgb,p"),
            new SparseUNet(new SparseUNetOptions(Inputs, Classes, planes, reps), seed: 1),
            new GatedEnsembler(new GatedEnsemblerOptions(Classes), seed: 1));
        return new Case($"all stages behind the dense model, {string.Join(',', planes)}, reps {reps}", threads, Height * Width, Unit.Pixel, () =>
        {
            // The stages called one by one must give the same, and so must one thread.
            PixelSelection selection = refiner.Selector.Select(logits, Height, Width, workers);
            SparseLogits sparse = refiner.Extract(photo.View, logits, selection, workers);
            LabelMap expected = LabelMerger.Merge(selection, refiner.Ensemble(logits, sparse, workers), Classes);
            LabelMap actual = refiner.Refine(photo.View, logits, new Workers(1));
            Check.That(expected.Labels.AsSpan().SequenceEqual(actual.Labels), "all stages: labels differ from those of the single stages");
        }, () => refiner.Refine(photo.View, logits, workers));
    }
}
