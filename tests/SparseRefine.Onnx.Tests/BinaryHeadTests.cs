using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class BinaryHeadTests
{
    private const int Float = OnnxModelBuilder.Float;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OneChannelOfLogits_IsTheSecondOfTwoClasses(bool channelsLast)
    {
        using var model = new DenseModel(Model(channelsLast, ends: []), "m.onnx", Options);
        using var whole = new DenseModel(OnnxModelBuilder.Identity(), "i.onnx", Options with { ScoreKind = ScoreKind.Logits });
        ImageBuffer image = TestImage.Noise(9, 14);

        Assert.Equal(2, model.Classes);
        LogitMap map = model.Run(image.View);

        float[] planes = whole.Run(image.View).Values;
        Assert.Equal(2, map.Classes);
        Assert.All(map.Values[..126], v => Assert.Equal(0, v));
        for (int i = 0; i < 126; i++)
        {
            Assert.Equal(planes[i] + planes[126 + i] + planes[252 + i], map.Values[126 + i], 1e-5);
        }
    }

    // The last two: only the values tell that they are probabilities.
    [Theory]
    [InlineData(false, "Sigmoid")]
    [InlineData(true, "Sigmoid")]
    [InlineData(false, "Sigmoid", "Relu")]
    [InlineData(false, "Sigmoid", "Abs")]
    public void Run_OneChannelOfProbabilities_IsTheSecondOfTwoClasses(bool channelsLast, params string[] ends)
    {
        using var logits = new DenseModel(Model(channelsLast, []), "m.onnx", Options);
        using var model = new DenseModel(Model(channelsLast, ends), "m.onnx", Options);
        ImageBuffer image = TestImage.Noise(9, 14);

        float[] expected = logits.Run(image.View).Values;
        float[] values = model.Run(image.View).Values;

        for (int i = 0; i < 126; i++)
        {
            double p = 1 / (1 + Math.Exp(-expected[126 + i]));
            Assert.Equal(p, Math.Exp(values[126 + i]), 1e-5);
            Assert.Equal(1 - p, Math.Exp(values[i]), 1e-5);
        }
    }

    [Fact]
    public void Run_SeveralPhotos_UsesBuffersOfTwoClassesAgain()
    {
        using var model = new DenseModel(Model(false, []), "m.onnx", Options);
        ImageBuffer image = TestImage.Noise(9, 14);
        LogitMap first = model.Run(image.View);
        float[] expected = [.. first.Values];
        Array.Fill(first.Values, 7);
        model.Recycle(first);
        Assert.Equal(expected, model.Run(image.View).Values);
    }

    [Fact]
    public void Run_PlanesWithoutAnAxisOfClasses_AreTheSecondOfTwoClasses()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, -1, 3, -1, -1)
            .Weights("w", [1, 1, 1], 1, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["z"])
            .Node("ReduceSum", ["z", "axes"], ["scores"], ("keepdims", 0))
            .Integers("axes", 1)
            .Output("scores", Float, -1, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options);
        using var whole = new DenseModel(Model(false, []), "m.onnx", Options);
        ImageBuffer image = TestImage.Noise(9, 14);
        Assert.Equal(2, model.Classes);
        Assert.Equal(whole.Run(image.View).Values, model.Run(image.View).Values);
    }

    // 1 - p cannot be told of a scaled p.
    [Fact]
    public void Run_ScaledProbabilities_AreRefused()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [1, 1, 1], 1, 3, 1, 1)
            .Weights("k", [255])
            .Node("Conv", ["image", "w"], ["z"])
            .Node("Sigmoid", ["z"], ["p"])
            .Node("Mul", ["k", "p"], ["scores"])
            .Output("scores", Float, 1, 1, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options);
        ImageBuffer image = TestImage.Noise(9, 14);
        Assert.StartsWith(
            "m.onnx: output 'scores': expected probabilities of 0 to 1",
            Assert.Throws<InvalidInputException>(() => model.Run(image.View)).Message,
            StringComparison.Ordinal);
    }

    private static DenseModelOptions Options => new() { Scale = 1, SizeMultiple = 1 };

    private static byte[] Model(bool channelsLast, string[] ends)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [1, 1, 1], 1, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["v0"]);
        for (int i = 0; i < ends.Length; i++)
        {
            builder.Node(ends[i], [$"v{i}"], [$"v{i + 1}"]);
        }

        string last = $"v{ends.Length}";
        return channelsLast
            ? builder.Node("Transpose", [last], ["scores"], ("perm", new long[] { 0, 2, 3, 1 })).Output("scores", Float, 1, -1, -1, 1).Build()
            : builder.Node("Identity", [last], ["scores"]).Output("scores", Float, 1, 1, -1, -1).Build();
    }
}
