using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests.Preprocessing;

public class PreprocessingTests
{
    // Relative to 1 + |expected|; float16 has 11 bits, and a byte is off by rounding only.
    private const double SingleTolerance = 1e-6;
    private const double HalfTolerance = 1.0 / 2048;

    public static TheoryData<int, int, int, int, Interpolation> Sizes()
    {
        var data = new TheoryData<int, int, int, int, Interpolation>();
        (int, int, int, int)[] sizes =
        [
            (1, 1, 1, 1), (1, 1, 4, 3), (2, 9, 1, 1), (8, 8, 8, 8), (8, 12, 4, 4), (7, 13, 3, 5), (23, 37, 9, 11),
            (5, 6, 12, 13), (31, 5, 8, 10), (40, 100, 39, 99), (64, 131, 17, 33),
        ];
        foreach ((int h, int w, int th, int tw) in sizes)
        {
            foreach (Interpolation mode in Enum.GetValues<Interpolation>())
            {
                data.Add(h, w, th, tw, mode);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Run_Float32Model_SeesStatedFormula(int height, int width, int modelHeight, int modelWidth, Interpolation mode)
    {
        var options = new DenseModelOptions
        {
            Height = modelHeight,
            Width = modelWidth,
            Interpolation = mode,
            ScoreKind = ScoreKind.Logits,
            IntraOpNumThreads = 2,
        };
        ImageBuffer image = TestImage.Noise(height, width);
        AssertFormula(image, options, OnnxModelBuilder.Identity(), SingleTolerance);
    }

    [Theory]
    [InlineData(PixelOrder.Rgb24, ChannelOrder.Rgb)]
    [InlineData(PixelOrder.Rgb24, ChannelOrder.Bgr)]
    [InlineData(PixelOrder.Rgba32, ChannelOrder.Rgb)]
    [InlineData(PixelOrder.Rgba32, ChannelOrder.Bgr)]
    [InlineData(PixelOrder.Bgra32, ChannelOrder.Rgb)]
    [InlineData(PixelOrder.Bgra32, ChannelOrder.Bgr)]
    public void Run_AnyByteAndChannelOrder_SeesStatedFormula(PixelOrder order, ChannelOrder channels)
    {
        var options = new DenseModelOptions
        {
            Height = 5,
            Width = 7,
            ChannelOrder = channels,
            Mean = [10, 20, 30],
            Std = [2, 3, 4],
            ScoreKind = ScoreKind.Logits,
        };
        AssertFormula(TestImage.Noise(11, 19, order), options, OnnxModelBuilder.Identity(), SingleTolerance);
    }

    [Fact]
    public void Run_Float16Model_SeesFormulaRoundedToHalf()
    {
        var options = new DenseModelOptions { Height = 6, Width = 9, ScoreKind = ScoreKind.Logits };
        byte[] model = OnnxModelBuilder.Identity(OnnxModelBuilder.Float16);
        AssertFormula(TestImage.Noise(13, 21), options, model, HalfTolerance);
    }

    [Theory]
    [InlineData(6, 9)]
    [InlineData(13, 21)]
    public void Run_UInt8Model_SeesRoundedValuesWithoutNormalisation(int modelHeight, int modelWidth)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.UInt8, 1, 3, -1, -1)
            .Node("Cast", ["image"], ["scores"], ("to", OnnxModelBuilder.Float))
            .Output("scores", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Build();
        var options = new DenseModelOptions { Height = modelHeight, Width = modelWidth, ScoreKind = ScoreKind.Logits };
        ImageBuffer image = TestImage.Noise(13, 21);
        using var model = new DenseModel(bytes, "uint8.onnx", options);

        LogitMap map = model.Run(image.View);

        for (int i = 0; i < map.Values.Length; i++)
        {
            (int c, int y, int x) = Position(i, modelHeight, modelWidth);
            double expected = ResampleOracle.Value(image.View, c, y, x, modelHeight, modelWidth, options.Interpolation);
            Assert.Equal(MathF.Round(map.Values[i]), map.Values[i]);
            Assert.InRange(map.Values[i] - expected, -0.5 - 1e-4, 0.5 + 1e-4);
        }
    }

    [Fact]
    public void Run_WhitePhoto_StaysWhiteAtAnyRatio()
    {
        byte[] pixels = new byte[101 * 57 * 3];
        Array.Fill(pixels, (byte)255);
        for (int side = 1; side < 130; side += 3)
        {
            var options = new DenseModelOptions
            {
                Height = side,
                Width = 130 - side,
                Mean = [0, 0, 0],
                Std = [255, 255, 255],
                ScoreKind = ScoreKind.Logits,
            };
            using var model = new DenseModel(OnnxModelBuilder.Identity(), "identity.onnx", options);
            LogitMap map = model.Run(new ImageView(pixels, 101, 57, PixelOrder.Rgb24));
            Assert.All(map.Values, v => Assert.Equal(1.0, v, 1e-6));
        }
    }

    [Fact]
    public void Run_OneOrTwoThreads_SameBits()
    {
        ImageBuffer image = TestImage.Noise(301, 203);
        float[] one = Run(1);
        float[] two = Run(2);
        Assert.Equal(one, two);

        float[] Run(int threads)
        {
            var options = new DenseModelOptions { IntraOpNumThreads = threads, ScoreKind = ScoreKind.Logits };
            using var model = new DenseModel(OnnxModelBuilder.Identity(), "identity.onnx", options);
            return model.Run(image.View).Values;
        }
    }

    [Fact]
    public void Run_Defaults_AreHuggingFacesRescaleAndNormalise()
    {
        // Its image processors: x / 255, minus image_mean, over image_std.
        double[] mean = [0.485, 0.456, 0.406];
        double[] std = [0.229, 0.224, 0.225];
        ImageBuffer image = TestImage.Noise(16, 16);
        var options = new DenseModelOptions { Height = 16, Width = 16, ScoreKind = ScoreKind.Logits };
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "identity.onnx", options);

        LogitMap map = model.Run(image.View);

        for (int i = 0; i < map.Values.Length; i++)
        {
            (int c, int y, int x) = Position(i, 16, 16);
            double value = ResampleOracle.Value(image.View, c, y, x, 16, 16, Interpolation.Nearest);
            double expected = ((value / 255) - mean[c]) / std[c];
            Assert.InRange(Math.Abs(map.Values[i] - expected) / (1 + Math.Abs(expected)), 0, SingleTolerance);
        }
    }

    private static void AssertFormula(ImageBuffer image, DenseModelOptions options, byte[] bytes, double tolerance)
    {
        using var model = new DenseModel(bytes, "identity.onnx", options);
        LogitMap map = model.Run(image.View);
        (int height, int width) = (options.Height!.Value, options.Width!.Value);
        Assert.Equal((3, height, width), (map.Classes, map.Height, map.Width));
        for (int i = 0; i < map.Values.Length; i++)
        {
            (int c, int y, int x) = Position(i, height, width);
            int color = options.ChannelOrder == ChannelOrder.Rgb ? c : 2 - c;
            double value = ResampleOracle.Value(image.View, color, y, x, height, width, options.Interpolation);
            double expected = (value - options.Mean[color]) / options.Std[color];
            double error = Math.Abs(map.Values[i] - expected) / (1 + Math.Abs(expected));
            Assert.True(error <= tolerance, $"plane {c}, row {y}, column {x}: expected {expected}, got {map.Values[i]}");
        }
    }

    private static (int Plane, int Y, int X) Position(int i, int height, int width) =>
        (i / (height * width), i / width % height, i % width);
}
