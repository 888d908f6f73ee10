using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class TwoColumnTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-").FullName;

    public static TheoryData<RefinerMethod, string> Combinations => new()
    {
        { RefinerMethod.TwoColumn, "learned:0.5:8" },
        { RefinerMethod.TwoColumn, "fraction:0.4" },
        { RefinerMethod.SparseRefine, "learned:0.5:8" },
        { RefinerMethod.SparseRefine, "fraction:0.4" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Fit_ThinLines_BeatsTheDenseAnswer(RefinerMethod method, string selector)
    {
        RefinerFit fit = Fit(Small(method, epochs: 12), selector);

        RefinementEvaluation scores = RefinerTrainer.Evaluate(fit.Refiner, ThinLines.List(200, 3), 255, new Workers(1));
        double gain = scores.Ensembled.Full.MeanIoU - scores.Initial.Full.MeanIoU;
        Assert.True(gain > 0.08, $"initial {scores.Initial.Full.MeanIoU}, ensembled {scores.Ensembled.Full.MeanIoU}");
    }

    [Fact]
    public void Fit_Learned_MeanActivationNearTheShareAndErrorsFound()
    {
        RefinerFit fit = Fit(Small(RefinerMethod.TwoColumn, epochs: 8), "learned:0.3:8");
        var selector = (LearnedSelector)fit.Refiner.Selector;
        double mean = 0;
        double wrong = 0;
        double found = 0;
        for (int seed = 200; seed < 204; seed++)
        {
            TrainingExample photo = ThinLines.Create(seed);
            PixelSelection selection = selector.Select(photo.Logits, 64, 64, new Workers(1));
            mean += selection.Activation!.Values.Average() / 4;
            bool[] isWrong = [.. photo.Labels.Labels.Zip(selection.DenseLabels.Labels, (a, b) => a != b)];
            wrong += isWrong.Count(w => w);
            found += selection.Sites.Indices.Count(i => isWrong[i]);
        }

        Assert.InRange(mean, 0.2, 0.42);
        Assert.True(found > 0.45 * wrong, $"{found} of {wrong} errors in 30 % of the blocks");
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Fit_StoppedAndResumedOnTwoThreads_SameBits(RefinerMethod method, string selector)
    {
        RefinerTrainerOptions options = Small(method, epochs: 3) with { Dropout = 0.1f, AverageDecay = 0.9 };
        RefinerFit straight = Fit(options, selector);
        using var source = new CancellationTokenSource();
        Fit(options, selector, new TrainingRunOptions
        {
            WorkspacePath = _folder,
            Cancellation = source.Token,
            StepProgress = step =>
            {
                if (step is { Epoch: 2, Step: 1 })
                {
                    source.Cancel();
                }
            },
        });

        RefinerFit resumed = Fit(options with { Threads = 2 }, selector, new TrainingRunOptions { WorkspacePath = _folder });

        Assert.Equal(Parameters(straight).Select(p => p.Value), Parameters(resumed).Select(p => p.Value));
        Assert.NotEqual(0, Parameters(straight).First(p => p.Name.EndsWith("linear.weight", StringComparison.Ordinal)).Value[0]);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Step_Loss_GradientMatchesCentralDifferences(RefinerMethod method, string selector)
    {
        RefinerTrainerOptions options = Small(method) with { AreaWeight = 0.3 };
        SparseRefiner refiner = Refiner(method, selector);
        var task = new RefinerTask(options, refiner, ThinLines.List(0, 2), ThinLines.List(100, 1));
        Assert.NotNull(task.Step(1, 0).Loss);

        // Weights of the size that training gives them: some start at 0.
        foreach (Parameter parameter in task.Parameters.Where(p => p.IsTrained))
        {
            float[] noise = Samples.Values(parameter.Value.Length, 17);
            for (int i = 0; i < noise.Length; i++)
            {
                parameter.Value[i] += 0.1f * noise[i];
                parameter.Gradient[i] = 0;
            }
        }

        task.Step(1, 0);
        float[][] gradients = [.. task.Parameters.Select(p => p.Gradient.ToArray())];

        // Further steps add to the gradients; what is compared is put back.
        Parameter[] copies = [.. task.Parameters];
        GradientCheck.Directions(copies, () =>
        {
            double loss = task.Step(1, 0).Loss!.Value;
            for (int i = 0; i < copies.Length; i++)
            {
                gradients[i].CopyTo(copies[i].Gradient, 0);
            }

            return loss;
        });
    }

    [Fact]
    public void Fit_LearnedSelectorGiven_IsNotChangedAndStartsTheNext()
    {
        RefinerFit first = Fit(Small(RefinerMethod.TwoColumn), "learned:0.5:8");
        var given = (LearnedSelector)first.Refiner.Selector;
        float[][] kept = [.. given.Network!.Parameters.Select(p => p.Value.ToArray())];

        RefinerFit second = new RefinerTrainer(Small(RefinerMethod.SparseRefine)).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), given, 2);

        Assert.Equal(kept, given.Network.Parameters.Select(p => p.Value));
        Assert.NotSame(given.Network, ((LearnedSelector)second.Refiner.Selector).Network);
        Assert.NotEqual(kept[^1], ((LearnedSelector)second.Refiner.Selector).Network!.Parameters[^1].Value);
    }

    [Fact]
    public void Fit_ShareOfNothing_SaysSo()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Fit(Small(RefinerMethod.TwoColumn), "learned:0"));

        Assert.Equal("selector: expected a share above 0, from which something can be learned, got 'learned:0'", error.Message);
    }

    [Fact]
    public void Refiner_SelectorOfOtherClasses_Throws()
    {
        var selector = new LearnedSelector(0.5, network: new ActivationNetwork(3, 0, 1));
        var network = new FineColumn(new FineColumnOptions(2, 2), 1);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new SparseRefiner(selector, FeatureSpec.Parse("p"), network, new ReplaceEnsembler()));

        Assert.StartsWith("selector: expected 2 classes as the network, got 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WarmStart_TakesNetworkAndSelector()
    {
        RefinerFit first = Fit(Small(RefinerMethod.TwoColumn, epochs: 4), "learned:0.5:8");
        RefinerTrainerOptions still = Small(RefinerMethod.TwoColumn, epochs: 1) with { LearningRate = 1e-12 };

        RefinerFit again = new RefinerTrainer(still).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), PixelSelector.Parse("learned:0.25:8"), 2, null, first.Refiner);

        Parameter[] before = [.. Parameters(first).Where(p => p.IsTrained)];
        Parameter[] after = [.. Parameters(again).Where(p => p.IsTrained)];
        for (int i = 0; i < before.Length; i++)
        {
            Tolerance.Equal([.. before[i].Value.Select(v => (double)v)], after[i].Value, 1e-5, 1);
        }

        Assert.Equal(0.25, ((LearnedSelector)again.Refiner.Selector).Share);
    }

    [Fact]
    public void Refine_Learned_EqualsItsStages()
    {
        SparseRefiner refiner = Fit(Small(RefinerMethod.TwoColumn), "learned:0.4:8").Refiner;
        TrainingExample photo = ThinLines.Create(7);
        Workers workers = new(2);

        PixelSelection selection = refiner.Selector.Select(photo.Logits, 64, 64, workers);
        SparseLogits sparse = refiner.Extract(photo.Image.View, photo.Logits, selection, workers);
        byte[] expected = LabelMerger.Merge(selection, refiner.Ensemble(photo.Logits, sparse, workers), refiner.Classes).Labels;

        Assert.Equal(expected, refiner.Refine(photo.Image.View, photo.Logits, workers).Labels);
        Assert.Equal(expected, refiner.Refine(photo.Image.View, photo.Logits, new Workers(1)).Labels);
    }

    [Fact]
    public void Extract_HalfTheActivation_HalfTheCorrection()
    {
        SparseRefiner refiner = Fit(Small(RefinerMethod.TwoColumn, epochs: 4), "fraction:0.4").Refiner;
        TrainingExample photo = ThinLines.Create(7);
        Workers workers = new(1);
        PixelSelection full = refiner.Selector.Select(photo.Logits, 64, 64, workers);
        PixelSelection half = new(full.Sites, full.DenseLabels, new ActivationMap([.. Enumerable.Repeat(0.5f, 64)], 64, 64, 8));
        float[] dense = new float[full.Sites.Count * 2];
        new LogitSampler(photo.Logits, 64, 64, Interpolation.Bilinear).Gather(full.Sites, dense, workers);

        float[] one = refiner.Extract(photo.Image.View, photo.Logits, full, workers).Values;
        float[] other = refiner.Extract(photo.Image.View, photo.Logits, half, workers).Values;

        Assert.Contains(one.Zip(dense), pair => Math.Abs(pair.First - pair.Second) > 0.1);
        Tolerance.Equal([.. one.Zip(dense, (y, z) => (y + z) / 2.0)], other, 1e-5, 1);
    }

    [Fact]
    public void Fit_WholePhotos_LearnsFromPhotosOfOtherShape()
    {
        RefinerTrainerOptions options = Small(RefinerMethod.TwoColumn) with { WholePhotos = true, CropHeight = 64, CropWidth = 96 };

        RefinerFit fit = Fit(options, "learned:0.5:8");

        // A third of the crop is empty and no pixel of it is labelled; drawn blocks may lie there.
        Assert.InRange(fit.History.Epochs[0].Density!.Value, 0.49, 0.51);
        Assert.True(double.IsFinite(fit.History.Epochs[^1].Loss));
    }

    [Fact]
    public void Fit_Features_ComeInBesideTheScores()
    {
        IReadOnlyList<TrainingExample> photos = [.. Enumerable.Range(0, 3).Select(WithFeatures)];

        RefinerFit fit = new RefinerTrainer(Small(RefinerMethod.TwoColumn)).Fit(photos, photos, PixelSelector.Parse("learned:0.5:8"), 2);

        Assert.Equal(3, fit.Refiner.Network.CoarseFeatures);
        Assert.Equal(3, ((LearnedSelector)fit.Refiner.Selector).Network!.CoarseFeatures);
        TrainingExample photo = WithFeatures(9);
        Assert.Throws<ArgumentException>(() => fit.Refiner.Refine(photo.Image.View, ThinLines.Create(9).Logits, new Workers(1)));
        Assert.Equal(64, fit.Refiner.Refine(photo.Image.View, photo.Logits, new Workers(1)).Height);
    }

    private static TrainingExample WithFeatures(int seed)
    {
        TrainingExample photo = ThinLines.Create(seed);
        return new TrainingExample(photo.Name, photo.Image, photo.Labels, new LogitMap(photo.Logits.Values, 2, 16, 16)
        {
            Features = new FeatureMap(Samples.Values(3 * 64, seed), 3, 8, 8),
        });
    }

    private static SparseRefiner Refiner(RefinerMethod method, string selector)
    {
        // One step at no rate builds the parts as a fit does.
        RefinerTrainerOptions options = Small(method, epochs: 1) with { LearningRate = 1e-12 };
        return Fit(options, selector).Refiner;
    }

    private static RefinerTrainerOptions Small(RefinerMethod method, int epochs = 2) => new()
    {
        Method = method,
        Planes = [8, 16],
        Reps = 1,
        Epochs = epochs,
        BatchSize = 2,
        CropHeight = 48,
        CropWidth = 48,
        MinScale = 0.8,
        MaxScale = 1.25,
        LearningRate = 5e-3,
        Seed = 3,
        Threads = 1,
    };

    private static RefinerFit Fit(RefinerTrainerOptions options, string selector, TrainingRunOptions? run = null) =>
        new RefinerTrainer(options).Fit(
            ThinLines.List(0, options.Epochs > 3 ? 8 : 4), ThinLines.List(100, 2), PixelSelector.Parse(selector), 2, run);

    private static Parameter[] Parameters(RefinerFit fit) =>
    [
        .. fit.Refiner.Network.Parameters,
        .. (fit.Trained as GatedEnsembler)?.Parameters ?? [],
        .. (fit.Refiner.Selector as LearnedSelector)?.Network!.Parameters ?? [],
    ];
}
