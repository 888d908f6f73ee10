using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class DenseTrainerTests
{
    private static DenseTrainerOptions Small(int epochs = 2, int threads = 1) => new()
    {
        Channels = [8, 8, 16, 16],
        Blocks = [1, 0, 0, 0],
        DecoderChannels = 8,
        Epochs = epochs,
        BatchSize = 4,
        CropHeight = 64,
        CropWidth = 64,
        MinScale = 0.8,
        MaxScale = 1.25,
        LearningRate = 1e-2,
        AverageDecay = 0,
        Photometric = 0,
        Seed = 3,
        Threads = threads,
        ContrastPixels = 8,
    };

    private static IReadOnlyList<LabelledImage> Photos(int seed, int count, int size = 64) => [.. Enumerable.Range(seed, count).Select(i =>
    {
        // A dark disc on a light ground.
        var random = new Random(i);
        (int cy, int cx, int radius) = (random.Next(64), random.Next(64), random.Next(12, 26));
        byte[] labels = new byte[64 * 64];
        byte[] pixels = new byte[64 * 64 * 3];
        for (int at = 0; at < labels.Length; at++)
        {
            int dy = (at / 64) - cy;
            int dx = (at % 64) - cx;
            labels[at] = (byte)((dy * dy) + (dx * dx) < radius * radius ? 1 : 0);
            pixels.AsSpan(at * 3, 3).Fill((byte)((labels[at] == 1 ? 60 : 170) + random.Next(40)));
        }

        return DenseTrainer.Prepare(
            $"photo{i}", new ImageView(pixels, 64, 64, PixelOrder.Rgb24), new LabelMap(labels, 64, 64), size, size);
    })];

    [Fact]
    public void Fit_Discs_LearnsThem()
    {
        DenseFit fit = new DenseTrainer(Small(epochs: 12)).Fit(Photos(0, 12), Photos(100, 4), 2);

        double score = fit.History.Epochs[fit.History.BestEpoch - 1].Scores.MeanIoU;
        Assert.True(score > 0.8, $"mIoU {score}");
        Assert.True(fit.History.Epochs[^1].Loss < 0.6 * fit.History.Epochs[0].Loss, $"loss {fit.History.Epochs[0].Loss} -> {fit.History.Epochs[^1].Loss}");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Fit_FrozenEpochs_LeaveTheBackboneAndItsStatistics(int epochs, bool isUnchanged)
    {
        float[][] start = [];
        DenseFit fit = new DenseTrainer(Small(epochs) with { FreezeEpochs = 1, OutputStride = 1, DiceWeight = 0.5 }).Fit(
            Photos(0, 8), Photos(100, 2), 2, fillBackbone: backbone => start = [.. backbone.Parameters.Select(p => p.Value.ToArray())]);

        Assert.Equal(epochs, fit.History.BestEpoch);
        Assert.All(fit.Network.Backbone.Parameters.Zip(start), pair => Assert.Equal(isUnchanged, pair.First.Value.SequenceEqual(pair.Second)));
    }

    [Fact]
    public void Fit_Epochs_ReportOneAnswerAndNoSelection()
    {
        DenseFit fit = new DenseTrainer(Small()).Fit(Photos(0, 8), Photos(100, 2), 2);

        Assert.All(fit.History.Epochs, epoch =>
        {
            Assert.Equal(2 * 64 * 64, epoch.Scores.Total);
            Assert.Null(epoch.Validation);
            Assert.Null(epoch.Density);
            Assert.Empty(epoch.ValidationByDense);
        });
    }

    [Fact]
    public void Fit_OneAndTwoThreads_SameBits()
    {
        float[][] one = Weights(Small(threads: 1));
        float[][] two = Weights(Small(threads: 2));

        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i], two[i]);
        }
    }

    [Fact]
    public void Fit_Workspace_GoesOnToTheSameBits()
    {
        string folder = Directory.CreateTempSubdirectory("dense").FullName;
        try
        {
            float[][] whole = Weights(Small());
            using var stop = new CancellationTokenSource();
            new DenseTrainer(Small()).Fit(Photos(0, 8), Photos(100, 2), 2, new TrainingRunOptions
            {
                WorkspacePath = folder,
                Cancellation = stop.Token,
                EpochProgress = _ => stop.Cancel(),
            });
            DenseFit resumed = new DenseTrainer(Small()).Fit(
                Photos(0, 8), Photos(100, 2), 2, new TrainingRunOptions { WorkspacePath = folder });

            Assert.Equal([1, 2], resumed.History.Epochs.Select(epoch => epoch.Epoch));
            Assert.All(resumed.History.Epochs, epoch => Assert.Equal((2 * 64 * 64, null), (epoch.Scores.Total, epoch.Validation)));
            Assert.Equal(whole, resumed.Network.Parameters.Select(p => p.Value));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Fit_WarmStart_BeginsWithTheBestWeightsOfTheWorkspace()
    {
        string folder = Directory.CreateTempSubdirectory("dense").FullName;
        try
        {
            DenseFit first = new DenseTrainer(Small(epochs: 8)).Fit(
                Photos(0, 12), Photos(100, 4), 2, new TrainingRunOptions { WorkspacePath = folder });
            DenseTrainerOptions still = Small(epochs: 1) with { LearningRate = 1e-12 };
            double warm = Score(new DenseTrainer(still).Fit(Photos(0, 12), Photos(100, 4), 2, null, folder));
            double cold = Score(new DenseTrainer(still).Fit(Photos(0, 12), Photos(100, 4), 2));

            // Running statistics go on moving.
            Assert.Equal(Score(first), warm, 0.1);
            Assert.True(warm > cold + 0.1, $"warm {warm}, cold {cold}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        double Score(DenseFit fit) => fit.History.Epochs[fit.History.BestEpoch - 1].Scores.MeanIoU;
    }

    [Fact]
    public void Fit_WarmStartOfOtherClasses_TakesAllButTheLastLayer()
    {
        string folder = Directory.CreateTempSubdirectory("dense").FullName;
        try
        {
            DenseFit first = new DenseTrainer(Small(epochs: 1)).Fit(Photos(0, 4), Photos(100, 1), 2, new TrainingRunOptions { WorkspacePath = folder });
            List<string> messages = [];
            DenseTrainerOptions still = Small(epochs: 1) with { LearningRate = 1e-12 };
            DenseFit other = new DenseTrainer(still).Fit(Photos(0, 4), Photos(100, 1), 3, new TrainingRunOptions { Message = messages.Add }, folder);
            DenseFit cold = new DenseTrainer(still).Fit(Photos(0, 4), Photos(100, 1), 3);

            Assert.Equal([$"{folder}: a training of other classes; the last layer starts anew"], messages);
            Assert.Equal(Weights(first, "decoder.smooth"), Weights(other, "decoder.smooth"), Same);
            Assert.Equal(Weights(cold, "decoder.classifier"), Weights(other, "decoder.classifier"), Same);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        bool Same(float a, float b) => Math.Abs(a - b) < 1e-6;
        IEnumerable<float> Weights(DenseFit fit, string layer) => fit.Network.Parameters
            .Where(p => p.Name.StartsWith(layer, StringComparison.Ordinal) && p.Name.EndsWith("weight", StringComparison.Ordinal)).SelectMany(p => p.Value);
    }

    [Fact]
    public void Fit_WarmStartWithoutCheckpoint_NamesTheFile()
    {
        string folder = Directory.CreateTempSubdirectory("dense").FullName;
        try
        {
            var error = Assert.Throws<InvalidInputException>(() => new DenseTrainer(Small()).Fit(Photos(0, 1), Photos(1, 1), 2, null, folder));

            Assert.Equal($"{Path.Combine(folder, "training.checkpoint")}: expected the checkpoint of a training, got no such file", error.Message);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void Fit_WarmStartOfAnotherShape_NamesTheTensor()
    {
        string folder = Directory.CreateTempSubdirectory("dense").FullName;
        try
        {
            new DenseTrainer(Small(epochs: 1)).Fit(Photos(0, 4), Photos(100, 1), 2, new TrainingRunOptions { WorkspacePath = folder });
            DenseTrainerOptions wider = Small();
            wider = wider with { Network = wider.Network with { DecoderChannels = 16 } };
            var error = Assert.Throws<InvalidInputException>(() => new DenseTrainer(wider).Fit(Photos(0, 1), Photos(1, 1), 2, null, folder));

            Assert.Contains("for tensor 'best.decoder.lateral1.weight'", error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Fit_FewerPhotosThanABatch_TakesThemTwice()
    {
        DenseFit fit = new DenseTrainer(Small(epochs: 1)).Fit(Photos(0, 1), Photos(100, 1), 2);

        Assert.True(double.IsFinite(fit.History.Epochs[0].Loss));
    }

    [Fact]
    public void Fit_CropsThatThirtyTwoDoesNotDivide_ArePadded()
    {
        DenseTrainerOptions odd = Small(epochs: 1) with { CropHeight = 50, CropWidth = 41 };

        DenseFit fit = new DenseTrainer(odd).Fit(Photos(0, 4, size: 57), Photos(100, 1, size: 57), 2);

        Assert.True(double.IsFinite(fit.History.Epochs[0].Loss));
    }

    [Fact]
    public void Fit_ClassThatNeverOccurs_LeavesTheOthersAlone()
    {
        DenseFit fit = new DenseTrainer(Small(epochs: 12)).Fit(Photos(0, 12), Photos(100, 4), 3);

        var scores = fit.History.Epochs[fit.History.BestEpoch - 1].Scores;
        double[] each = scores.PerClassIoU;
        Assert.True(each[0] > 0.8 && each[1] > 0.6, $"IoU {each[0]}, {each[1]}");
        Assert.Equal(double.NaN, each[2]);
        Assert.Equal((each[0] + each[1]) / 2, scores.MeanIoU, 1e-12);
    }

    [Fact]
    public void Fit_LossThatIsNoNumber_NamesTheStep()
    {
        DenseTrainerOptions wild = Small(epochs: 3) with { LearningRate = 1e30, WarmupFraction = 0 };

        var error = Assert.Throws<TrainingDivergedException>(() => new DenseTrainer(wild).Fit(Photos(0, 8), Photos(100, 1), 2));

        Assert.Contains("epoch 1, step 2", error.Message);
    }

    [Fact]
    public void Fit_DivergesAfterAnEpoch_KeepsTheLastGoodWeights()
    {
        DenseTrainerOptions options = Small(epochs: 4);
        var network = new FeatureRefinementNetwork(options.Network, seed: 1);
        float[][] good = [];
        TrainingHistory history = new TrainingLoop(
            new DenseTask(options, network, Photos(0, 8), Photos(100, 1)),
            new TrainingRunOptions
            {
                EpochProgress = _ =>
                {
                    good = [.. network.Parameters.Select(p => p.Value.ToArray())];
                    network.Parameters[0].Value[0] = float.NaN;
                },
            }).Run();

        Assert.Equal((TrainingEnd.Diverged, 1), (history.End, history.BestEpoch));
        Assert.Matches("^loss: expected a finite number, got NaN on photo.*, epoch 2, step 1; a lower LearningRate may help$", history.Failure);
        Assert.Equal(good, network.Parameters.Select(p => p.Value));
    }

    [Fact]
    public void Fit_ValidationWithoutALabelledPixel_IsAnError()
    {
        LabelledImage blank = Photos(1, 1)[0];
        blank.Labels.Labels.AsSpan().Fill(255);

        var error = Assert.Throws<InvalidInputException>(() => new DenseTrainer(Small(epochs: 1)).Fit(Photos(0, 4), [blank], 2));

        Assert.Contains("validation: expected a labelled pixel, got only label 255", error.Message);
    }

    [Fact]
    public void Fit_NoPhotos_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new DenseTrainer(Small()).Fit([], Photos(0, 1), 2));

        Assert.Contains("training: expected at least one photo", error.Message);
    }

    [Fact]
    public void Prepare_LabelsOfAnotherSize_IsAnErrorThatNamesThePhoto()
    {
        var error = Assert.Throws<ArgumentException>(() => DenseTrainer.Prepare(
            "street.jpg", new ImageView(new byte[12], 2, 2, PixelOrder.Rgb24), new LabelMap(new byte[2], 1, 2), 4, 4));

        Assert.Contains("expected 2x2, got 1x2 (street.jpg)", error.Message);
    }

    private static float[][] Weights(DenseTrainerOptions options) =>
        [.. new DenseTrainer(options).Fit(Photos(0, 8), Photos(100, 2), 2).Network.Parameters.Select(p => p.Value)];
}
