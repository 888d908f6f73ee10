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
    public void Constructor_UnknownValue_NamesTheOutputs()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => new DenseModel(Model(), "m.onnx", Options("nothing")));

        Assert.Equal("m.onnx: expected a value 'nothing' in the graph (FeatureOutputName), got none; outputs: 'second', 'scores'", error.Message);
    }

    [Fact]
    public void Run_FeaturesOfAnotherShape_SaysSo()
    {
        using var model = new DenseModel(Model(), "m.onnx", Options("flat"));

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(8, 12).View));

        Assert.StartsWith("m.onnx: expected 'flat' to be float32 or float16 [1, channels, height, width], got", error.Message, StringComparison.Ordinal);
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
