using SparseRefine.Layers;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class WeightAverageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Update_ManySteps_FollowsTheFormula(int length)
    {
        Parameter parameter = new("p", [length]);
        var random = new Random(length);
        double[] expected = new double[length];
        for (int i = 0; i < length; i++)
        {
            parameter.Value[i] = (float)random.NextDouble();
            expected[i] = parameter.Value[i];
        }

        WeightAverage average = new([parameter], 0.7);
        for (int t = 1; t <= 50; t++)
        {
            double decay = Math.Min(0.7, t / (t + 9.0));
            for (int i = 0; i < length; i++)
            {
                parameter.Value[i] = (float)random.NextDouble();
                expected[i] = (decay * expected[i]) + ((1 - decay) * parameter.Value[i]);
            }

            average.Update();
        }

        Assert.Equal(50, average.Updates);
        for (int i = 0; i < length; i++)
        {
            Assert.Equal(expected[i], average.Values[0][i], 1e-6);
        }
    }

    [Fact]
    public void Swap_Twice_IsAsBefore()
    {
        Parameter parameter = new("p", [1]);
        parameter.Value[0] = 1;
        WeightAverage average = new([parameter], 0.5);
        parameter.Value[0] = 3;

        average.Swap();
        Assert.Equal(1, parameter.Value[0]);
        average.Swap();
        Assert.Equal(3, parameter.Value[0]);
        Assert.Equal(1, average.Values[0][0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Constructor_DecayOutOfRange_NamesIt(double decay)
    {
        var error = Assert.Throws<ArgumentException>(() => new WeightAverage([], decay));
        Assert.StartsWith("decay: expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithAverage_KeepsTheAverageOfTheSameSteps()
    {
        // A decay near 0 is the last weights themselves; one near 1 lags behind them.
        RefinerFit plain = Fit(0);
        RefinerFit brief = Fit(1e-9);
        RefinerFit longer = Fit(0.9);

        Assert.Equal(plain.History.Epochs[0].Loss, longer.History.Epochs[0].Loss);
        float[] expected = plain.Refiner.Network.Parameters[0].Value;
        float[] actual = brief.Refiner.Network.Parameters[0].Value;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6f);
        }

        Assert.NotEqual(expected, longer.Refiner.Network.Parameters[0].Value);
    }

    [Fact]
    public void Fit_GradientThatIsNotFinite_StopsAndNamesTheStep()
    {
        // The first step throws the weights so far that the loss is about 1e30 and the gradients overflow.
        RefinerTrainerOptions options = Small(0) with { LearningRate = 1e12, WarmupFraction = 0, WeightDecay = 0, Residual = false, DiceWeight = 0, Photometric = 1, MinScale = 0.5, MaxScale = 2 };
        List<double> losses = [];
        var error = Assert.Throws<TrainingDivergedException>(() => new RefinerTrainer(options).Fit(
            ThinLines.List(0, 8),
            ThinLines.List(100, 1),
            PixelSelector.Parse("entropy:0.1"),
            2,
            new TrainingRunOptions { StepProgress = step => losses.Add(step.Loss) }));
        Assert.Single(losses);
        Assert.Matches("^gradient: expected a finite norm, got (NaN|∞) on lines-[0-7], lines-[0-7], epoch 1, step 2;", error.Message);
    }

    private static readonly IPixelSelector Selector = PixelSelector.Parse("fraction:0.4");

    private static RefinerFit Fit(double decay) =>
        new RefinerTrainer(Small(decay)).Fit(ThinLines.List(0, 4), ThinLines.List(100, 1), Selector, 2);

    private static RefinerTrainerOptions Small(double decay) => new()
    {
        Planes = [8, 16],
        Reps = 1,
        Epochs = 1,
        BatchSize = 2,
        CropHeight = 48,
        CropWidth = 48,
        LearningRate = 5e-3,
        AverageDecay = decay,
        Seed = 3,
        Threads = 1,
    };
}
