using SparseRefine.Images;
using SparseRefine.Kernels;
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
        Assert.True(fit.Epochs[^1].Loss < 0.7 * fit.Epochs[0].Loss, $"loss {fit.Epochs[0].Loss} -> {fit.Epochs[^1].Loss}");
    }

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
        TrainingList validation = ThinLines.List(100, 2);
        RefinerFit fit = new RefinerTrainer(Small(epochs: 4)).Fit(ThinLines.List(0, 4), validation, Selector, 2);

        var again = RefinerTrainer.Evaluate(fit.Refiner, validation, 255, new Workers(1));
        Assert.Equal(fit.Epochs.Max(e => e.Validation.Ensembled.Full.MeanIoU), again.Ensembled.Full.MeanIoU);
        Assert.Equal(fit.Epochs[fit.BestEpoch - 1].Validation.Ensembled.Full.MeanIoU, again.Ensembled.Full.MeanIoU);
        Assert.True(fit.Epochs[fit.BestEpoch - 1].IsBest);
    }

    [Fact]
    public void Fit_CancelledAfterAnEpoch_KeepsTheBestSoFar()
    {
        using var source = new CancellationTokenSource();
        RefinerFit fit = new RefinerTrainer(Small(epochs: 50)).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, _ => source.Cancel(), null, source.Token);

        Assert.True(fit.IsCancelled);
        Assert.Single(fit.Epochs);
        Assert.Equal(1, fit.BestEpoch);
    }

    [Fact]
    public void Fit_CancelledBeforeAnEpoch_Throws()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, null, _ => source.Cancel(), source.Token));
    }

    [Fact]
    public void Fit_Patience_StopsEarly()
    {
        // Nothing selected: no step changes a weight, so no epoch after the first is better.
        RefinerFit fit = new RefinerTrainer(Small(epochs: 20) with { Patience = 2 }).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), PixelSelector.Parse("fraction:0"), 2);

        Assert.Equal(3, fit.Epochs.Count);
        Assert.True(double.IsNaN(fit.Epochs[0].Loss));
        Assert.Equal(fit.Epochs[0].Validation.Initial.Full.MeanIoU, fit.Epochs[0].Validation.Ensembled.Full.MeanIoU);
    }

    [Fact]
    public void Fit_PhotoSmallerThanTheCrop_Trains()
    {
        RefinerFit fit = new RefinerTrainer(Small() with { CropHeight = 100, CropWidth = 90 }).Fit(
            ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2);

        Assert.True(double.IsFinite(fit.Epochs[0].Loss));
    }

    [Fact]
    public void Fit_EmptySet_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => new RefinerTrainer(Small()).Fit(
            ThinLines.List(0, 1), new TrainingList([]), Selector, 2));
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
    public void Constructor_OptionOutOfRange_NamesIt(string option)
    {
        RefinerTrainerOptions options = option switch
        {
            "Epochs" => Small() with { Epochs = 0 },
            "BatchSize" => Small() with { BatchSize = -1 },
            "LearningRate" => Small() with { LearningRate = double.NaN },
            "Photometric" => Small() with { Photometric = 1.5 },
            "AverageDecay" => Small() with { AverageDecay = 1 },
            "ClassWeights" => Small() with { ClassWeights = [1, -1] },
            _ => Small() with { Planes = [] },
        };
        var error = Assert.Throws<ArgumentException>(() => new RefinerTrainer(options));
        Assert.StartsWith($"{option}: expected", error.Message, StringComparison.Ordinal);
    }

    private static float[][] Weights(RefinerTrainerOptions options)
    {
        RefinerFit fit = new RefinerTrainer(options).Fit(ThinLines.List(0, 3), ThinLines.List(100, 1), Selector, 2);
        var gate = (SparseRefine.Ensemblers.GatedEnsembler)fit.Refiner.Ensembler;
        return [.. fit.Refiner.Network.Parameters.Concat(gate.Parameters).Select(p => p.Value)];
    }
}
