using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class DenseModelOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4.01)]
    [InlineData(double.NaN)]
    public void Scale_OutOfRange_Throws(double scale) =>
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { Scale = scale });

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void Sides_OutOfRange_Throw(int side)
    {
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { Height = side });
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { Width = side });
    }

    [Fact]
    public void SizeMultiple_Zero_Throws() =>
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { SizeMultiple = 0 });

    [Fact]
    public void IntraOpNumThreads_Negative_Throws() =>
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { IntraOpNumThreads = -1 });

    [Fact]
    public void GpuDeviceId_Negative_Throws() =>
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { GpuDeviceId = -1 });

    [Fact]
    public void Mean_NotThreeFiniteValues_Throws()
    {
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { Mean = [1, 2] });
        Assert.Throws<ArgumentException>(() => new DenseModelOptions { Mean = [1, 2, float.NaN] });
    }

    [Fact]
    public void Std_Zero_Throws() => Assert.Throws<ArgumentException>(() => new DenseModelOptions { Std = [1, 0, 1] });

    [Fact]
    public void Mean_CallersArrayChangedLater_StaysAsSet()
    {
        float[] mean = [1, 2, 3];
        var options = new DenseModelOptions { Mean = mean };
        mean[0] = 9;
        Assert.Equal([1f, 2f, 3f], options.Mean);
    }

    [Fact]
    public void Constructor_HeightWithoutWidth_Throws()
    {
        var e = Assert.Throws<ArgumentException>(
            () => new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", new DenseModelOptions { Height = 8 }));
        Assert.Equal("Height and Width: expected both or neither, got 8 and none", e.Message);
    }

    [Fact]
    public void Constructor_UnknownInterpolation_Throws() => Assert.Throws<ArgumentException>(
        () => new DenseModel(
            OnnxModelBuilder.Identity(), "m.onnx", new DenseModelOptions { Interpolation = (Interpolation)7 }));
}
