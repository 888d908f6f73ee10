using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Universal;

/// <summary>
/// Trains a <see cref="UniversalNetwork"/> on photos of several sets and on made scenes, a quarter of the crops each where there are three sets. A set's crop has its
/// dense model's answer in two of five cases and a pretended one else. Loss: cross-entropy of the corrected scores, all selected pixels of a step alike.
/// </summary>
internal sealed class UniversalTask(
    RefinerTrainerOptions options, UniversalNetwork network, IPixelSelector selector, int steps, IReadOnlyList<(string Name, IReadOnlyList<TrainingPhoto> Photos)> sets)
    : TrainingTask(options)
{
    private const double Answered = 0.4;
    private const int ValidationCrops = 24;
    private readonly BufferPool _pool = new();

    public override IReadOnlyList<Parameter> Parameters => network.Parameters;

    public override int StepsPerEpoch => steps;

    public override void Dispose()
    {
    }

    public override StepOutcome Step(int epoch, int step)
    {
        List<Selected> crops = [];
        for (int i = 0; i < Options.BatchSize; i++)
        {
            Random random = TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, (step * Options.BatchSize) + i);
            crops.Add(Select(Crop(i + (step * Options.BatchSize), random)));
        }

        crops.RemoveAll(crop => crop.Sites.Count == 0);
        long labelled = crops.Sum(crop => crop.Labels.LongCount(label => label != Options.IgnoreIndex));
        if (labelled == 0)
        {
            return new StepOutcome(null, 0, "crops");
        }

        PairBatch batch = Join(crops);
        int pairs = batch.Sites().Count;
        if (_pool.Expect(pairs))
        {
            _pool.Clear();
        }

        Tape tape = new(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step), _pool);
        Variable corrections = network.Run(batch, tape, Workers);
        double loss = 0;
        for (int i = 0; i < crops.Count; i++)
        {
            (TrainingExample example, SiteSet sites, float[] scores, byte[] labels, _) = crops[i];
            Variable fused = Fusion.Forward(
                scores, batch.Scatter(corrections, i, sites.Count, example.Logits.Classes, tape), null, [], corrects: true, tape, Workers);
            double share = labels.LongCount(label => label != Options.IgnoreIndex) / (double)labelled;
            loss += CrossEntropy.Apply(fused, labels, Options.IgnoreIndex, null, (float)share, Workers);
        }

        tape.Backward();
        return new StepOutcome(loss, crops.Average(crop => crop.Sites.Density), "crops");
    }

    /// <summary>Of each pair of fixed crops: whether the pixel is of the class, and whether it is said to be.</summary>
    public override TaskValidation Validate(CancellationToken cancellation)
    {
        ConfusionMatrix decisions = new(2);
        for (int i = 0; i < ValidationCrops; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Selected crop = Select(Crop(i, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, 0, i)));
            int classes = crop.Example.Logits.Classes;
            PairBatch batch = Join([crop]);
            Variable fused = batch.Scatter(network.Run(batch, null, Workers), 0, crop.Sites.Count, classes, null);
            for (int row = 0; row < crop.Sites.Count; row++)
            {
                if (crop.Labels[row] == Options.IgnoreIndex)
                {
                    continue;
                }

                int best = Enumerable.Range(0, classes).MaxBy(c => crop.Scores[(row * classes) + c] + fused.Value[(row * classes) + c]);
                byte[] truth = [.. Enumerable.Range(0, classes).Select(c => (byte)(c == crop.Labels[row] ? 1 : 0))];
                byte[] said = [.. Enumerable.Range(0, classes).Select(c => (byte)(c == best ? 1 : 0))];
                decisions.AddPairs(truth, said, Options.IgnoreIndex);
            }
        }

        return TaskValidation.Of(decisions);
    }

    public override TrainingIdentity Identify() => TrainingIdentity.Of(
        "universal network", Options, Parameters, [("sets", string.Join(',', sets.Select(set => $"{set.Name} {set.Photos.Count}"))), ("steps", $"{steps}")], [], []);

    private TrainingExample Crop(int index, Random random)
    {
        int set = index % (sets.Count + 1);
        if (set == sets.Count)
        {
            return MadeScene.Make(Options.CropHeight, random);
        }

        TrainingPhoto photo = sets[set].Photos[random.Next(sets[set].Photos.Count)];
        return random.Chance(Answered)
            ? CropMaker.Answered(sets[set].Name, photo, Options.CropHeight, random)
            : CropMaker.Pretended(sets[set].Name, photo, Options.CropHeight, random);
    }

    private Selected Select(TrainingExample crop)
    {
        (int height, int width) = (crop.Image.Height, crop.Image.Width);
        SiteSet sites = selector.Select(crop.Logits, height, width, Workers).Sites;
        float[] scores = new float[sites.Count * crop.Logits.Classes];
        new LogitSampler(crop.Logits, height, width, Interpolation.Bilinear).Gather(sites, scores, Workers);
        byte[] labels = [.. sites.Indices.Select(index => crop.Labels.Labels[index])];
        float[] features = RefinerFeatures.Extract(
            crop.Image.View, crop.Logits, sites, FeatureSpec.Parse("rgb,p"), SparseRefiner.ProbabilityThreshold, Interpolation.Bilinear, Workers);
        return new Selected(crop, sites, scores, labels, features);
    }

    private PairBatch Join(IReadOnlyList<Selected> crops)
    {
        PairBatch batch = new(Workers, _pool);
        foreach (Selected crop in crops)
        {
            CoarseColumn coarse = new([crop.Example.Logits], 0, Workers, photos: [WindowResampler.Shrink(crop.Example.Image.View, crop.Example.Logits)]);
            batch.Add(crop.Features, 0, crop.Sites.Indices, coarse, 0, crop.Example.Image.Height, crop.Example.Image.Width);
        }

        return batch;
    }

    private sealed record Selected(TrainingExample Example, SiteSet Sites, float[] Scores, byte[] Labels, float[] Features);
}
