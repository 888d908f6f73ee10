using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class LayoutTests
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly long[] ToLast = [0, 2, 3, 1];
    private static readonly long[] ToFirst = [0, 3, 1, 2];

    public static TheoryData<long[], long[]> Declared => new()
    {
        { [1, -1, -1, 3], [1, -1, -1, 4] },
        { [-1, -1, -1, -1], [-1, -1, -1, -1] },
        { [1, 20, 28, 3], [1, 20, 28, 4] },
        { [1, 20, 28, 3], [] },
    };

    [Theory]
    [MemberData(nameof(Declared))]
    public void Run_ChannelsLast_GivesTheScoresOfChannelsFirst(long[] input, long[] output)
    {
        using var first = new DenseModel(First(), "first.onnx", Options);
        using var last = new DenseModel(Last(Float, input, output), "last.onnx", Options);
        ImageBuffer image = TestImage.Noise(20, 28);

        LogitMap expected = first.Run(image.View);
        LogitMap map = last.Run(image.View);

        Assert.Equal((4, 20, 28), (map.Classes, map.Height, map.Width));
        Assert.Equal(expected.Values, map.Values);
        Assert.Equal(first.MultiplyAdds(20, 28), last.MultiplyAdds(20, 28));
        Assert.Equal(4, last.Classes);
    }

    [Theory]
    [InlineData(OnnxModelBuilder.Float16)]
    [InlineData(OnnxModelBuilder.UInt8)]
    public void Run_ChannelsLastOfAnotherType_GivesTheScoresOfChannelsFirst(int type)
    {
        using var first = new DenseModel(First(type), "first.onnx", Options);
        using var last = new DenseModel(Last(type, [1, -1, -1, 3], [1, -1, -1, 4]), "last.onnx", Options);
        ImageBuffer image = TestImage.Noise(20, 28, PixelOrder.Bgra32);
        Assert.Equal(first.Run(image.View).Values, last.Run(image.View).Values);
    }

    [Fact]
    public void Run_ChannelsLastInABatch_GivesTheScoresOfSingleRuns()
    {
        using var model = new DenseModel(Last(Float, [-1, -1, -1, 3], [-1, -1, -1, 4]), "m.onnx", Options);
        ImageBuffer[] images = [TestImage.Noise(9, 14, seed: 1), TestImage.Noise(9, 14, seed: 2)];
        DenseBatch batch = model.CreateBatch();
        foreach (ImageBuffer image in images)
        {
            batch.Add(image.View);
        }

        Assert.True(model.TakesBatches);
        Assert.Equal(images.Select(i => model.Run(i.View).Values), batch.Run().Select(map => map.Values));
    }

    [Theory]
    [InlineData(64, 96)]
    [InlineData(65, 97)]
    [InlineData(63, 64)]
    [InlineData(64, 64)]
    public void Run_OnlyTheOutputIsChannelsLast_TakesTheClassesForClasses(int height, int width)
    {
        byte[] bytes = WithWeights()
            .Input("image", Float, -1, 3, -1, -1)
            .Node("Conv", ["image", "w"], ["z"])
            .Node("Transpose", ["z"], ["scores"], ("perm", ToLast))
            .Output("scores", Float, -1, -1, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options);
        using var first = new DenseModel(First(), "first.onnx", Options);
        ImageBuffer image = TestImage.Noise(height, width);
        Assert.Equal(first.Run(image.View).Values, model.Run(image.View).Values);
    }

    [Fact]
    public void Run_ShapeThatFitsBothWays_IsRefusedUntilItIsSaid()
    {
        // Three rows, three columns, three classes, and a node that tells nothing.
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, -1, -1, -1)
            .Node("Erf", ["image"], ["scores"])
            .Output("scores", Float, 1, -1, -1, -1)
            .Build();
        DenseModelOptions options = Options with { InputLayout = TensorLayout.ChannelsFirst };
        ImageBuffer image = TestImage.Noise(3, 3);
        using var model = new DenseModel(bytes, "m.onnx", options);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => model.Run(image.View));
        Assert.Equal("m.onnx: expected output 'scores' to tell its classes from its planes, or an output layout (--output-layout) to say it, got [1, 3, 3, 3]", e.Message);

        using var first = new DenseModel(bytes, "m.onnx", options with { OutputLayout = TensorLayout.ChannelsFirst });
        using var last = new DenseModel(bytes, "m.onnx", options with { OutputLayout = TensorLayout.ChannelsLast });
        float[] values = first.Run(image.View).Values;
        float[] others = last.Run(image.View).Values;
        for (int pixel = 0; pixel < 9; pixel++)
        {
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(values[(pixel * 3) + c], others[(c * 9) + pixel]);
            }
        }
    }

    [Fact]
    public void Constructor_InputThatTellsNothing_IsRefusedUntilItIsSaid()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, -1, -1, -1)
            .Node("Erf", ["image"], ["scores"])
            .Output("scores", Float, 1, -1, -1, -1)
            .Build();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new DenseModel(bytes, "m.onnx", Options));
        Assert.Equal("m.onnx: expected input 'image' to tell which axis is that of 3 colors, or an input layout (--input-layout) to say it, got Float [1, ?, ?, ?]", e.Message);

        using var model = new DenseModel(bytes, "m.onnx", Options with { InputLayout = TensorLayout.ChannelsLast });
        Assert.Equal(3, model.Run(TestImage.Noise(20, 30).View).Classes);
    }

    [Theory]
    [InlineData(4, -1, -1)]
    [InlineData(1, -1, -1)]
    [InlineData(-1, -1, 4)]
    public void Constructor_InputOfOtherChannels_IsNotTakenForRowsOfThem(int second, int third, int fourth)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, second, third, fourth)
            .Node("Erf", ["image"], ["scores"])
            .Output("scores", Float, 1, -1, -1, -1)
            .Build();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new DenseModel(bytes, "m.onnx", Options));
        Assert.StartsWith("an image input", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_LayoutThatTheModelDoesNotHave_IsRefused()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new DenseModel(OnnxModelBuilder.Identity(height: 20, width: 28), "m.onnx", Options with { InputLayout = TensorLayout.ChannelsLast }));
        Assert.Equal("m.onnx: expected input 'image' [N, height, width, 3], got Float [?, 3, 20, 28]", e.Message);
    }

    [Fact]
    public void Run_PlanesOfOtherProportions_BlameTheModel()
    {
        byte[] bytes = WithWeights()
            .Input("image", Float, 1, 3, -1, -1)
            .Node("Conv", ["image", "w"], ["z"])
            .Node("Transpose", ["z"], ["scores"], ("perm", new long[] { 0, 1, 3, 2 }))
            .Output("scores", Float, 1, 4, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(20, 30).View));
        Assert.StartsWith("m.onnx: expected output 'scores' of 1 to 255 classes", e.Message);
        Assert.EndsWith("in the proportions of the 20x30 that the model sees, got [1, 4, 30, 20]", e.Message);
    }

    [Theory]
    [InlineData(20, 30, 1)]
    [InlineData(1, 1, 7)]
    [InlineData(33, 1, 8)]
    [InlineData(101, 77, 32)]
    public void Run_StridesThatRoundEitherWay_Fit(int height, int width, int stride)
    {
        foreach (int ceil in new[] { 0, 1 })
        {
            if (ceil == 0 && (height < stride || width < stride))
            {
                continue;
            }

            byte[] bytes = new OnnxModelBuilder()
                .Input("image", Float, 1, 3, -1, -1)
                .Node("MaxPool", ["image"], ["scores"], ("kernel_shape", new long[] { stride, stride }), ("strides", new long[] { stride, stride }), ("ceil_mode", ceil))
                .Output("scores", Float, 1, 3, -1, -1)
                .Build();
            using var model = new DenseModel(bytes, "m.onnx", Options);
            Assert.Equal(3, model.Run(TestImage.Noise(height, width).View).Classes);
        }
    }

    private static DenseModelOptions Options => new() { Scale = 1, SizeMultiple = 1 };

    private static OnnxModelBuilder WithWeights() => new OnnxModelBuilder().Weights("w", [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1], 4, 3, 1, 1);

    private static byte[] First(int type = Float) => WithWeights()
        .Input("image", type, 1, 3, -1, -1)
        .Node("Cast", ["image"], ["x"], ("to", Float))
        .Node("Conv", ["x", "w"], ["scores"])
        .Output("scores", Float, 1, 4, -1, -1)
        .Build();

    private static byte[] Last(int type, long[] input, long[] output)
    {
        OnnxModelBuilder builder = WithWeights()
            .Input("image", type, input)
            .Node("Cast", ["image"], ["x"], ("to", Float))
            .Node("Transpose", ["x"], ["t"], ("perm", ToFirst))
            .Node("Conv", ["t", "w"], ["z"])
            .Node("Transpose", ["z"], ["scores"], ("perm", ToLast));
        return (output.Length == 0 ? builder.OutputWithoutShape("scores") : builder.Output("scores", Float, output)).Build();
    }
}
