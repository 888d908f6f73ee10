using SparseRefine.Kernels;
using SparseRefine.Layers;
using Xunit;

namespace SparseRefine.Tests.Layers;

public sealed class PlainLayersTests
{
    private readonly Workers _workers = new(2);

    [Fact]
    public void Relu_NegativeZeroPositive_ClampsAndMasks()
    {
        Tape tape = new(_workers, new Random(1));
        Variable x = new([-1, 0, 2], 1, 3);

        Variable y = Relu.Forward(x, tape, _workers);
        y.Gradient.AsSpan().Fill(5);
        tape.Backward();

        Assert.Equal([0, 0, 2], y.Value);
        Assert.Equal([0, 0, 5], x.Gradient);
    }

    [Fact]
    public void Concatenate_TwoInputs_RowsJoinAndGradientsSplit()
    {
        Tape tape = new(_workers, new Random(1));
        Variable a = new([1, 2], 2, 1);
        Variable b = new([3, 4, 5, 6], 2, 2);

        Variable y = Concatenate.Forward(a, b, tape, _workers);
        y.Value.CopyTo(y.Gradient, 0);
        tape.Backward();

        Assert.Equal([1, 3, 4, 2, 5, 6], y.Value);
        Assert.Equal(a.Value, a.Gradient);
        Assert.Equal(b.Value, b.Gradient);
    }

    [Fact]
    public void Add_SameInputTwice_GradientDoubles()
    {
        Tape tape = new(_workers, new Random(1));
        Variable a = new(Samples.Values(21, 1), 7, 3);

        Variable y = Add.Forward(a, a, tape, _workers);
        y.Gradient.AsSpan().Fill(1);
        tape.Backward();

        Assert.Equal(a.Value.Select(v => 2 * v), y.Value);
        Assert.All(a.Gradient, g => Assert.Equal(2, g));
    }

    [Fact]
    public void Add_OtherShape_Throws() => Assert.Throws<ArgumentException>(
        () => Add.Forward(new Variable(new float[6], 2, 3), new Variable(new float[6], 3, 2), null, _workers));

    [Fact]
    public void Dropout_Training_KeepsMeanAndMasksGradient()
    {
        Tape tape = new(_workers, new Random(1));
        float[] ones = new float[20000];
        Array.Fill(ones, 1);
        Variable x = new(ones, 2000, 10);

        Variable y = Dropout.Forward(x, 0.25f, tape);
        y.Gradient.AsSpan().Fill(1);
        tape.Backward();

        // 3 %: the share of 20,000 draws deviates by 0.3 %.
        Tolerance.Equal(1, y.Value.Average(), 0.03);
        Assert.Equal(y.Value, x.Gradient);
        Assert.Same(x, Dropout.Forward(x, 0.25f, null));
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void Dropout_ProbabilityOutOfRange_Throws(float probability) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Dropout.Forward(new Variable([], 0, 1), probability, null));
}
