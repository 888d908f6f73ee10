using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public sealed class DenseFeatureTests
{
    private const int Float = OnnxModelBuilder.Float;

    [Theory]
    [InlineData("inner")]
    [InlineData("second")]
    public void Run_FeatureOutput_GivesItBesideTheScores(string name)
    {
        using var plain = new DenseModel(Model(), "m.onnx", Options(null));
        using var model = new DenseModel(Model(), "m.onnx", Options(name));
        ImageBuffer image = TestImage.Noise(8, 12);

        LogitMap map = model.Run(image.View);

        Assert.Null(plain.Run(image.View).Features);
        Assert.Equal(plain.Run(image.View).Values, map.Values);
        Assert.Equal("scores", model.OutputName);
        FeatureMap features = map.Features!;
        Assert.Equal((3, name == "inner" ? 8 : 4, name == "inner" ? 12 : 6), (features.Channels, features.Height, features.Width));
        if (name == "inner")
        {
            Assert.Equal(map.Values.Select(value => -value), features.Values);
        }
    }

    [Fact]
    public void Constructor_FeaturesBesideScoresWithoutAnAxisOfClasses_TakesThemNotForTheScores()
    {
        byte[] file = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [1, -1, 0.5f], 1, 3, 1, 1)
            .Integers("axis", 1)
            .Node("Relu", ["image"], ["inner"])
            .Node("Conv", ["inner", "w"], ["planes"])
            .Node("Squeeze", ["planes", "axis"], ["scores"])
            .Output("scores", Float, 1, -1, -1)
            .Build();
        using var model = new DenseModel(file, "m.onnx", new DenseModelOptions { Scale = 1, SizeMultiple = 1, FeatureOutputName = "inner" });
        LogitMap map = model.Run(TestImage.Noise(8, 12).View);
        Assert.Equal(("scores", 2, 3), (model.OutputName, map.Classes, map.Features!.Channels));
    }

    [Fact]
    public void Run_FeatureOutputInABatch_EachPhotoItsOwn()
    {
        using var model = new DenseModel(Model(), "m.onnx", Options("inner"));
        ImageBuffer[] images = [TestImage.Noise(8, 12, seed: 1), TestImage.Noise(8, 12, seed: 2)];
        DenseBatch batch = model.CreateBatch();
        foreach (ImageBuffer image in images)
        {
            batch.Add(image.View);
        }

        IReadOnlyList<LogitMap> maps = batch.Run();

        for (int i = 0; i < images.Length; i++)
        {
            Assert.Equal(model.Run(images[i].View).Features!.Values, maps[i].Features!.Values);
        }
    }

    [Fact]
    public void Constructor_UnknownValue_NamesTheNearest()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new DenseModel(Model(), "m.onnx", Options("Iner")));

        Assert.Equal(
            "m.onnx: expected a value 'Iner' in the graph (FeatureOutputName, --dense-features), got none; the nearest are 'inner', 'flat', 'scores', 'second'",
            error.Message);
    }

    [Theory]
    [InlineData("Flatten", "Float [?, ?]")]
    [InlineData("Shape", "Int64 [4]")]
    [InlineData("Cast", "Int32 [?, 3, ?, ?]")]
    public void Constructor_FeaturesOfAnotherKind_SaysWhatTheyAre(string node, string got)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("image", Float, -1, 3, -1, -1);
        const int Int32 = 6;
        builder = node == "Cast" ? builder.Node(node, ["image"], ["other"], ("to", Int32)) : builder.Node(node, ["image"], ["other"]);
        byte[] model = builder.Node("Neg", ["image"], ["scores"]).Output("scores", Float, -1, 3, -1, -1).Build();

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new DenseModel(model, "m.onnx", Options("other")));

        Assert.Equal(
            $"m.onnx: expected 'other' (FeatureOutputName, --dense-features) to be float32 or float16 [N, channels, height, width] or [N, height, width, channels], got {got}",
            error.Message);
    }

    [Fact]
    public void Run_FeaturesOfOtherProportions_SaysSo()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, -1, 3, -1, -1)
            .Integers("shape", 1, 6, 2, -1)
            .Node("Reshape", ["image", "shape"], ["other"])
            .Node("Neg", ["image"], ["scores"])
            .Output("scores", Float, -1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options("other"));

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(8, 12).View));

        Assert.Equal(
            "m.onnx: expected 'other' (FeatureOutputName, --dense-features) to be [1, channels, height, width] or [1, height, width, channels], "
            + "its planes in the proportions of the input's, got [1, 6, 2, 24]",
            error.Message);
    }

    [Theory]
    [InlineData(8, 12)]
    [InlineData(3, 3)]
    [InlineData(1, 1)]
    public void Run_ChannelsLast_AreTurned(int height, int width)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, -1, 3, -1, -1)
            .Node("Transpose", ["image"], ["last"], ("perm", new long[] { 0, 2, 3, 1 }))
            .Node("Neg", ["image"], ["scores"])
            .Output("scores", Float, -1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options("last"));

        LogitMap map = model.Run(TestImage.Noise(height, width).View);

        Assert.Equal((3, height, width), (map.Features!.Channels, map.Features.Height, map.Features.Width));
        Assert.Equal(map.Values.Select(value => -value), map.Features.Values);
    }

    [Fact]
    public void Run_HalfPrecision_IsWidened()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float16, -1, 3, -1, -1)
            .Node("Neg", ["image"], ["inner"])
            .Node("Neg", ["inner"], ["scores"])
            .Output("scores", OnnxModelBuilder.Float16, -1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Options("inner"));

        LogitMap map = model.Run(TestImage.Noise(8, 12).View);

        Assert.Equal(map.Values.Select(value => -value), map.Features!.Values);
    }

    /// <summary>What each case has behind its encoder, and the value that the rule takes.</summary>
    [Theory]
    [InlineData("plain", "wide")]
    [InlineData("scores of many classes", "wide")]
    [InlineData("coarse head", "quarter")]
    [InlineData("narrow head", "wide")]
    [InlineData("channels last", "turned")]
    [InlineData("aside", "wide")]
    public void Constructor_Auto_TakesTheLastMapBeforeTheScores(string kind, string expected)
    {
        using var model = new DenseModel(Encoder(kind).Build(), "m.onnx", Auto);

        Assert.Equal(expected, model.Options.FeatureOutputName);
        Assert.Equal("scores", model.OutputName);
        LogitMap map = model.Run(TestImage.Noise(64, 96).View);
        Assert.Equal((12, 16, 24), (map.Features!.Channels, map.Features.Height, map.Features.Width));
        using DenseModel whole = model.AtScale(0.5);
        Assert.Equal(expected, whole.Options.FeatureOutputName);
        Assert.Equal(8, whole.Run(TestImage.Noise(64, 96).View).Features!.Height);
    }

    [Fact]
    public void Constructor_AutoAndNoSuchMap_SaysSo()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new DenseModel(Model(), "m.onnx", Auto));

        Assert.Equal(
            "m.onnx: expected a value [N, 8 or more channels, h, w] of a quarter of the input's sides or more before the scores' last layer "
            + "(--dense-features auto), got none that can be told from the graph; name one",
            error.Message);
    }

    private static DenseModelOptions Auto => Options(DenseModelOptions.AutoFeatures);

    // Image, a map "wide" of 12 channels at a quarter of the sides, and what the case is about.
    private static OnnxModelBuilder Encoder(string kind)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("first", [.. Enumerable.Range(0, 12 * 3 * 16).Select(i => i % 7)], 12, 3, 4, 4)
            .Weights("second", [.. Enumerable.Range(0, 12 * 12 * 4).Select(i => i % 5)], 12, 12, 2, 2)
            .Weights("narrow", [.. Enumerable.Range(0, 4 * 12).Select(i => i % 3)], 4, 12, 1, 1)
            .Weights("last", [.. Enumerable.Range(0, 9 * 12).Select(i => i % 3)], 9, 12, 1, 1)
            .Weights("lastOfFew", [.. Enumerable.Range(0, 9 * 4).Select(i => i % 3)], 9, 4, 1, 1)
            .Weights("twice", [1, 1, 2, 2], 4)
            .Node("Conv", ["image", "first"], ["quarter"], ("strides", new long[] { 4, 4 }));
        switch (kind)
        {
            case "coarse head":
                return builder
                    .Node("Conv", ["quarter", "second"], ["eighth"], ("strides", new long[] { 2, 2 }))
                    .Node("Conv", ["eighth", "last"], ["scores"])
                    .Output("scores", Float, 1, 9, -1, -1);
            case "channels last":
                return builder
                    .Node("Transpose", ["quarter"], ["turned"], ("perm", new long[] { 0, 2, 3, 1 }))
                    .Weights("product", [.. Enumerable.Range(0, 9 * 12).Select(i => i % 3)], 12, 9)
                    .Node("MatMul", ["turned", "product"], ["scores"])
                    .Output("scores", Float, 1, -1, -1, 9);
        }

        builder = builder.Node("Relu", ["quarter"], ["wide"]);
        builder = kind == "narrow head"
            ? builder.Node("Conv", ["wide", "narrow"], ["few"]).Node("Conv", ["few", "lastOfFew"], ["small"])
            : builder.Node("Conv", ["wide", "last"], ["small"]);
        return (kind switch
        {
            "scores of many classes" => builder.Node("Softmax", ["small"], ["sharp"], ("axis", 1)).Node("Resize", ["sharp", "", "twice"], ["scores"]),
            "aside" => builder.Node("Identity", ["small"], ["scores"]).Node("Conv", ["wide", "second"], ["auxiliary"], ("pads", new long[] { 0, 0, 1, 1 }))
                .Output("auxiliary", Float, 1, 12, -1, -1),
            _ => builder.Node("Identity", ["small"], ["scores"]),
        }).Output("scores", Float, 1, 9, -1, -1);
    }

    private static DenseModelOptions Options(string? feature) =>
        new() { Scale = 1, SizeMultiple = 1, ScoreKind = ScoreKind.Logits, OutputName = "scores", FeatureOutputName = feature };

    private static byte[] Model() => new OnnxModelBuilder()
        .Input("image", Float, -1, 3, -1, -1)
        .Node("Neg", ["image"], ["inner"])
        .Node("MaxPool", ["image"], ["second"], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
        .Node("Flatten", ["image"], ["flat"])
        .Node("Neg", ["inner"], ["scores"])
        .Output("second", Float, -1, 3, -1, -1)
        .Output("scores", Float, -1, 3, -1, -1)
        .Build();
}
