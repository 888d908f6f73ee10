using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class RefinerTrainerTests
{
    private static readonly IPixelSelector Selector = PixelSelector.Parse("fraction:0.4");

    private static RefinerTrainerOptions Small(int epochs = 2, int threads = 1) => new()
    {
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
        Threads = threads,
    };

    [Fact]
    public void Fit_ThinLines_EnsembleBeatsTheDenseAnswer()
    {
        RefinerFit fit = new RefinerTrainer(Small(epochs: 12)).Fit(ThinLines.List(0, 8), ThinLines.List(100, 3), Selector, 2);

        var scores = RefinerTrainer.Evaluate(fit.Refiner, ThinLines.List(200, 3), 255, new Workers(1));
        double gain = scores.Ensembled.Full.MeanIoU - scores.Initial.Full.MeanIoU;
        Assert.True(gain > 0.1, $"initial {scores.Initial.Full.MeanIoU}, ensembled {scores.Ensembled.Full.MeanIoU}");
        Assert.True(fit.History.Epochs[^1].Loss < 0.7 * fit.History.Epochs[0].Loss, $"loss {fit.History.Epochs[0].Loss} -> {fit.History.Epochs[^1].Loss}");
    }

    [Fact]
    public void Fit_ResidualAndNextToNoRate_IsTheDenseAnswer()
    {
        RefinerTrainerOptions still = Small(epochs: 1) with { LearningRate = 1e-12, Features = FeatureSpec.Parse("rgb,xy,p"), Residual = true };

        RefinerFit fit = new RefinerTrainer(still).Fit(ThinLines.List(0, 2), ThinLines.List(100, 2), Selector, 2);

        Assert.Equal(5, ((SparseUNet)fit.Refiner.Network).Options.ProbabilityColumn);
        var scores = fit.History.Epochs[0].Validation!;
        Assert.Equal(scores.Initial.Full.MeanIoU, scores.RefinerOnly.Full.MeanIoU, 3);
        Assert.Equal(scores.Initial.Full.MeanIoU, scores.Ensembled.Full.MeanIoU, 3);
    }

    [Fact]
    public void Fit_Residual_EnsembleBeatsTheDenseAnswer()
    {
        RefinerFit fit = new RefinerTrainer(Small(epochs: 12) with { Residual = true }).Fit(
            ThinLines.List(0, 8), ThinLines.List(100, 3), Selector, 2);

        var scores = RefinerTrainer.Evaluate(fit.Refiner, ThinLines.List(200, 3), 255, new Workers(1));
        double gain = scores.Ensembled.Full.MeanIoU - scores.Initial.Full.MeanIoU;
        Assert.True(gain > 0.1, $"initial {scores.Initial.Full.MeanIoU}, ensembled {scores.Ensembled.Full.MeanIoU}");
    }

    [Fact]
    public void Validate_ResidualWithoutProbabilities_Throws() => Assert.Contains(
        "Residual: expected feature p beside it, got rgb,pt",
        Assert.Throws<ArgumentException>(
            () => new RefinerTrainer(Small() with { Features = FeatureSpec.Parse("rgb,pt"), Residual = true })).Message);

    [Fact]
    public void Fit_OneAndTwoThreads_SameBits()
    {
        float[][] one = Weights(Small(threads: 1));
        float[][] two = Weights(Small(threads: 2));

        Assert.Equal(one.Length, two.Length);
        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i], two[i]);
        }
    }

    [Fact]
    public void Fit_OtherSeed_OtherWeights()
    {
        Assert.NotEqual(Weights(Small())[0], Weights(Small() with { Seed = 4 })[0]);
    }

    [Fact]
    public void Fit_ReturnsTheBestEpochsWeights()
    {
        IReadOnlyList<TrainingExample> validation = ThinLines.List(100, 2);
        RefinerFit fit = new RefinerTrainer(Small(epochs: 4)).Fit(ThinLines.List(0, 4), validation, Selector, 2);

        var again = RefinerTrainer.Evaluate(fit.Refiner, validation, 255, new Workers(1));
        Assert.Equal(fit.History.Epochs.MaxBy(e => e.Kept!.Surplus)!.Scores.MeanIoU, again.Ensembled.Full.MeanIoU);
        Assert.Equal(fit.History.Epochs[fit.History.BestEpoch - 1].Scores.MeanIoU, again.Ensembled.Full.MeanIoU);
        Assert.True(fit.History.Epochs[fit.History.BestEpoch - 1].IsBest);
    }

    [Fact]
    public void Fit_CancelledAfterAnEpoch_KeepsTheBestSoFar()
    {
        using var source = new CancellationTokenSource();
        RefinerFit fit = new RefinerTrainer(Small(epochs: 50)).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, Run(_ => source.Cancel(), null, source.Token));

        Assert.Equal(TrainingEnd.Cancelled, fit.History.End);
        Assert.Null(fit.History.Failure);
        Assert.Single(fit.History.Epochs);
        Assert.Equal(1, fit.History.BestEpoch);
    }

    [Fact]
    public void Fit_CancelledBeforeAnEpoch_Throws()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, Run(null, _ => source.Cancel(), source.Token)));
    }

    [Fact]
    public void Fit_CancelledWithNothingToKeep_ThrowsThoughAnEpochIsFinished()
    {
        using var source = new CancellationTokenSource();
        TrainingRunOptions run = Run(_ => source.Cancel(), null, source.Token) with { KeepBestOnCancel = false };
        var error = Assert.Throws<OperationCanceledException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, run));
        Assert.Equal(source.Token, error.CancellationToken);
    }

    [Fact]
    public void Fit_LossThatIsNoNumber_NamesStepAndPhotos()
    {
        // A rate that throws every weight far away: the first step's loss is still a number.
        var error = Assert.Throws<TrainingDivergedException>(() => new RefinerTrainer(Small() with { LearningRate = 1e30 }).Fit(
            ThinLines.List(0, 4), ThinLines.List(100, 1), Selector, 2));
        Assert.Matches("expected .*, got (NaN|∞) on lines-[0-3].*, epoch 1, step 2; a lower LearningRate may help", error.Message);
    }

    [Fact]
    public void Fit_NothingSelected_SaysSo()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => new RefinerTrainer(Small(epochs: 3)).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), PixelSelector.Parse("fraction:0"), 2));
        Assert.Equal(
            "pixels to learn from: expected crops with selected pixels that have a label, got none, epoch 1; a selector that selects more, or larger crops, may help",
            error.Message);
    }

    [Fact]
    public void Fit_DivergesAfterAnEpoch_KeepsTheLastGoodWeights()
    {
        RefinerTrainerOptions options = Small(epochs: 4) with { AverageDecay = 0 };
        var network = new SparseUNet(new SparseUNetOptions(options.Features.Channels(2), 2, options.Planes, options.Reps), seed: 1);
        var gate = new GatedEnsembler(new GatedEnsemblerOptions(2), seed: 1);
        var refiner = new SparseRefiner(Selector, options.Features, network, gate, options.Interpolation);
        float[][] good = [];
        TrainingHistory history = new TrainingLoop(
            new RefinerTask(options, refiner, ThinLines.List(0, 4), ThinLines.List(100, 1)),
            Run(_ =>
            {
                good = [.. network.Parameters.Select(p => p.Value.ToArray())];
                network.Parameters[0].Value[0] = float.NaN;
            })).Run();

        Assert.Equal((TrainingEnd.Diverged, 1), (history.End, history.BestEpoch));
        Assert.Matches("^loss: expected a finite number, got NaN on lines-.*, epoch 2, step 1; a lower LearningRate may help$", history.Failure);
        Assert.Equal(good, network.Parameters.Select(p => p.Value));
    }

    [Fact]
    public void Fit_FewerPhotosThanABatch_TakesWhatThereIs()
    {
        RefinerFit fit = new RefinerTrainer(Small(epochs: 1) with { BatchSize = 16 }).Fit(
            ThinLines.List(0, 3), ThinLines.List(100, 1), Selector, 2);

        Assert.True(double.IsFinite(fit.History.Epochs[0].Loss));
    }

    [Fact]
    public void Fit_ClassThatNeverOccurs_IsAbsentAndCountsInNoMean()
    {
        IReadOnlyList<TrainingExample> Three(int seed, int count) => [.. Enumerable.Range(seed, count).Select(i =>
        {
            TrainingExample two = ThinLines.List(i, 1)[0];
            LogitMap dense = two.Logits;
            float[] more = [.. dense.Values, .. Enumerable.Repeat(-5f, dense.Height * dense.Width)];
            return new TrainingExample(two.Name, two.Image, two.Labels, new LogitMap(more, 3, dense.Height, dense.Width));
        })];
        RefinerFit fit = new RefinerTrainer(Small(epochs: 4)).Fit(Three(0, 6), Three(100, 2), Selector, 3);

        var scores = fit.History.Epochs[fit.History.BestEpoch - 1].Scores;
        double[] each = scores.PerClassIoU;
        Assert.Equal(double.NaN, each[2]);
        Assert.Equal((each[0] + each[1]) / 2, scores.MeanIoU, 1e-12);
    }

    [Fact]
    public void FitExtractor_DivergesAfterAnEpoch_KeepsTheLastGoodWeights()
    {
        RefinerTrainerOptions options = Small(epochs: 9);
        var network = new SparseUNet(new SparseUNetOptions(options.Features.Channels(2), 2, options.Planes, options.Reps), seed: 1);
        SelectedExample[] photos = [.. Enumerable.Range(0, 2).Select(ThinLinesSelected)];
        TrainingHistory history = new ExtractorTrainer(options).Fit(network, photos, photos, Run(report =>
        {
            if (report.Epoch == 2)
            {
                network.Parameters[0].Value[0] = float.NaN;
            }
        }));

        Assert.Equal(TrainingEnd.Diverged, history.End);
        Assert.Matches("^loss: expected a finite number, got NaN on lines-[01], epoch 3, step 1; a lower LearningRate may help$", history.Failure);
        Assert.Equal(2, history.Epochs.Count);
        Assert.All(network.Parameters, parameter => Assert.All(parameter.Value, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Fit_MinDelta_StopsWhereProgressIsTooSmall()
    {
        RefinerFit fit = new RefinerTrainer(Small(epochs: 20) with { Patience = 1, MinDelta = 1 }).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2);
        Assert.Equal(2, fit.History.Epochs.Count);
        Assert.Equal(TrainingEnd.StoppedEarly, fit.History.End);
    }

    [Fact]
    public void Fit_WarmStart_GoesOnFromTheWeights()
    {
        IReadOnlyList<TrainingExample> validation = ThinLines.List(100, 2);
        RefinerFit first = new RefinerTrainer(Small(epochs: 8)).Fit(ThinLines.List(0, 6), validation, Selector, 2);
        float[] kept = [.. first.Refiner.Network.Parameters[0].Value];

        // A rate of next to nothing: what the first epoch reaches is what it started with, running statistics included.
        RefinerTrainerOptions still = Small(epochs: 1) with { LearningRate = 1e-12 };
        RefinerFit warm = new RefinerTrainer(still).Fit(ThinLines.List(0, 6), validation, Selector, 2, null, first.Refiner);
        RefinerFit cold = new RefinerTrainer(still).Fit(ThinLines.List(0, 6), validation, Selector, 2);
        double best = first.History.Epochs.Max(e => e.Scores.MeanIoU);
        double reached = warm.History.Epochs[0].Scores.MeanIoU;
        Assert.True(Math.Abs(best - reached) < 0.03, $"{best} -> {reached}");
        Assert.True(reached > cold.History.Epochs[0].Scores.MeanIoU + 0.05);
        Assert.Equal(kept, first.Refiner.Network.Parameters[0].Value);
    }

    [Fact]
    public void Fit_WarmStartOfOtherPlanes_NamesBoth()
    {
        RefinerFit first = new RefinerTrainer(Small(epochs: 1)).Fit(ThinLines.List(0, 1), ThinLines.List(1, 1), Selector, 2);
        var error = Assert.Throws<ArgumentException>(() => new RefinerTrainer(Small() with { Planes = [4, 8] }).Fit(
            ThinLines.List(0, 1), ThinLines.List(1, 1), Selector, 2, null, first.Refiner));
        Assert.Matches(@"^other: expected a network with stem\.weight \[.*4.*\], got one with stem\.weight \[.*8.*\]", error.Message);
    }

    [Fact]
    public void Fit_SeveralDenseModels_ServesEachOfThem()
    {
        // The second model is as wrong as the first, with the opposite sign of doubt: half as sure, shifted by two pixels.
        static IReadOnlyList<TrainingExample> Two(int first, int count) =>
            [.. Enumerable.Range(first, count).Select(seed => ThinLines.CreateForTwo(seed))];
        RefinerFit fit = new RefinerTrainer(Small(epochs: 12)).Fit(Two(0, 8), Two(100, 3), Selector, 2);

        Assert.Equal(2, fit.History.Epochs[0].ValidationByDense.Count);
        Assert.Equal(6, fit.History.Epochs[0].Validation!.Images);
        Assert.NotEqual(
            fit.History.Epochs[0].ValidationByDense[0].Initial.Full.MeanIoU,
            fit.History.Epochs[0].ValidationByDense[1].Initial.Full.MeanIoU);
        for (int dense = 0; dense < 2; dense++)
        {
            TrainingExample[] alone = [.. Enumerable.Range(200, 3).Select(seed => ThinLines.CreateForTwo(seed).Of(dense))];
            var scores = RefinerTrainer.Evaluate(fit.Refiner, alone, 255, new Workers(1));
            double gain = scores.Ensembled.Full.MeanIoU - scores.Initial.Full.MeanIoU;
            Assert.True(gain > 0.1, $"dense {dense}: {scores.Initial.Full.MeanIoU} -> {scores.Ensembled.Full.MeanIoU}");
        }
    }

    [Fact]
    public void Fit_Patience_StopsEarly()
    {
        // No mIoU is better than another by more than 1.
        RefinerFit fit = new RefinerTrainer(Small(epochs: 20) with { Patience = 2, MinDelta = 1 }).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2);

        Assert.Equal(3, fit.History.Epochs.Count);
    }

    [Fact]
    public void Fit_PhotoSmallerThanTheCrop_Trains()
    {
        RefinerFit fit = new RefinerTrainer(Small() with { CropHeight = 100, CropWidth = 90 }).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2);

        Assert.True(double.IsFinite(fit.History.Epochs[0].Loss));
    }

    [Fact]
    public void Fit_EmptySet_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 1), [], Selector, 2));
        Assert.Contains("validation: expected at least one photo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherClassCount_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 1), ThinLines.List(1, 1), Selector, 3));
        Assert.Contains("expected 3 classes, got 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Epochs")]
    [InlineData("BatchSize")]
    [InlineData("LearningRate")]
    [InlineData("Photometric")]
    [InlineData("AverageDecay")]
    [InlineData("ClassWeights")]
    [InlineData("Planes")]
    public void Options_OutOfRange_NamesTheOption(string option)
    {
        var error = Assert.Throws<ArgumentException>(() => option switch
        {
            "Epochs" => Small() with { Epochs = -1 },
            "BatchSize" => Small() with { BatchSize = -1 },
            "LearningRate" => Small() with { LearningRate = double.NaN },
            "Photometric" => Small() with { Photometric = 1.5 },
            "AverageDecay" => Small() with { AverageDecay = 1 },
            "ClassWeights" => Small() with { ClassWeights = [1, -1] },
            _ => Small() with { Planes = [] },
        });
        Assert.StartsWith($"{option}: expected", error.Message, StringComparison.Ordinal);
    }

    private static TrainingRunOptions Run(
        Action<EpochReport>? epoch = null, Action<StepReport>? step = null, CancellationToken cancellation = default) => new()
        {
            EpochProgress = epoch,
            StepProgress = step,
            Cancellation = cancellation,
        };

    private static SelectedExample ThinLinesSelected(int seed)
    {
        TrainingExample photo = ThinLines.Create(seed);
        return new(photo, Selector.Select(photo.Logits, photo.Image.Height, photo.Image.Width, new Workers(1)));
    }

    private static float[][] Weights(RefinerTrainerOptions options)
    {
        RefinerFit fit = new RefinerTrainer(options).Fit(ThinLines.List(0, 3), ThinLines.List(100, 1), Selector, 2);
        var gate = (SparseRefine.Ensemblers.GatedEnsembler)fit.Trained;
        return [.. fit.Refiner.Network.Parameters.Concat(gate.Parameters).Select(p => p.Value)];
    }
}
