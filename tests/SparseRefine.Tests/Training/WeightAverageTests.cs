using SparseRefine.Images;
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

        Assert.Equal(plain.Epochs[0].Loss, longer.Epochs[0].Loss);
        float[] expected = plain.Refiner.Network.Parameters[0].Value;
        float[] actual = brief.Refiner.Network.Parameters[0].Value;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6f);
        }

        Assert.NotEqual(expected, longer.Refiner.Network.Parameters[0].Value);
    }

    [Fact]
    public void Fit_GradientThatIsNotFinite_TakesNoStep()
    {
        // The first step throws the weights so far that the loss is about 1e30 and the gradients overflow.
        RefinerTrainerOptions options = Small(0) with { LearningRate = 1e9, WarmupFraction = 0, WeightDecay = 0 };
        // The dense model is sure of the validation photo, so such weights need not give finite answers there.
        TrainingExample photo = ThinLines.Create(100);
        float[] sure = new float[photo.Logits.Values.Length];
        sure.AsSpan(0, sure.Length / 2).Fill(20);
        TrainingExample easy = new(
            "easy", photo.Image, photo.Labels, new LogitMap(sure, 2, photo.Logits.Height, photo.Logits.Width));
        List<double> losses = [];
        RefinerFit fit = new RefinerTrainer(options).Fit(
            ThinLines.List(0, 8), new TrainingList([easy]), PixelSelector.Parse("entropy:0.1"), 2, null, step => losses.Add(step.Loss));

        Assert.Equal(4, losses.Count);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss), $"loss {loss}"));
        Assert.All(fit.Refiner.Network.Parameters.Where(p => p.IsTrained), p => Assert.All(p.Value, v => Assert.True(float.IsFinite(v), p.Name)));
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
