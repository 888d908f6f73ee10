using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class DenseModelTests
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly DenseModelOptions AsLogits = new() { Scale = 1, SizeMultiple = 1, ScoreKind = ScoreKind.Logits };

    [Theory]
    [InlineData(0.25, 8, 2336, 3504, 584, 880)]
    [InlineData(0.5, 32, 1024, 2048, 512, 1024)]
    [InlineData(0.5, 32, 1, 1, 32, 32)]
    [InlineData(0.5, 32, 31, 33, 32, 32)]
    [InlineData(0.5, 32, 95, 97, 32, 64)]
    [InlineData(0.5, 1, 7, 8, 4, 4)]
    [InlineData(2, 1, 7, 8, 14, 16)]
    public void InputSize_OpenModel_RoundsToNearestMultiple(
        double scale, int multiple, int height, int width, int expectedHeight, int expectedWidth)
    {
        var options = new DenseModelOptions { Scale = scale, SizeMultiple = multiple };
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", options);
        Assert.Equal((expectedHeight, expectedWidth), model.InputSize(height, width));
    }

    [Fact]
    public void InputSize_FixedModel_TakesItsOwn()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(height: 5, width: 6, batch: 1), "m.onnx", new() { Scale = null });
        Assert.Equal((5, 6), model.InputSize(100, 200));
    }

    [Fact]
    public void InputSize_OneSideFixed_ScalesTheOther()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(height: 5), "m.onnx", new() { Scale = 0.5, SizeMultiple = 1 });
        Assert.Equal((5, 100), model.InputSize(100, 200));
    }

    [Fact]
    public void AtScale_OpenModel_SharesTheSession()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", AsLogits with { Height = 2, Width = 3 });
        ImageBuffer image = TestImage.Noise(8, 12);
        using DenseModel full = model.AtScale(1);
        using DenseModel half = full.AtScale(0.5);
        Assert.Equal((8, 12), full.InputSize(8, 12));
        Assert.Equal((4, 6), half.InputSize(8, 12));
        Assert.Equal((2, 3), model.InputSize(8, 12));
        Assert.Equal((8, 12), (full.Run(image.View).Height, full.Run(image.View).Width));
        full.Dispose();
        Assert.Equal((4, 6), (half.Run(image.View).Height, half.Run(image.View).Width));
        Assert.Equal((2, 3), (model.Run(image.View).Height, model.Run(image.View).Width));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => half.Run(image.View));
    }

    [Fact]
    public void AtScale_FixedModel_Throws()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(height: 5, width: 6), "m.onnx");
        Assert.False(model.TakesAnySize);
        var e = Assert.Throws<InvalidInputException>(() => model.AtScale(1));
        Assert.Equal("m.onnx: expected a model that takes any size, got one for 5x6", e.Message);
    }

    [Fact]
    public void AtScale_OutOfRange_Throws()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx");
        Assert.Throws<ArgumentException>(() => model.AtScale(0));
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", AsLogits);
        using var source = new CancellationTokenSource();
        ImageBuffer image = TestImage.Noise(8, 12);
        Assert.Equal(model.Run(image.View).Values, model.Run(image.View, source.Token).Values);
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Run(image.View, source.Token));
    }

    [Fact]
    public async Task Run_CancelledInItsMiddle_Ends()
    {
        // 2,000 convolutions of 128 to 128 channels in a chain take minutes.
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, 256, 256)
            .Weights("first", new float[128 * 3 * 9], 128, 3, 3, 3)
            .Weights("w", new float[128 * 128 * 9], 128, 128, 3, 3)
            .Node("Conv", ["image", "first"], ["x0"], ("pads", new long[] { 1, 1, 1, 1 }));
        const int Layers = 2000;
        for (int i = 0; i < Layers; i++)
        {
            builder.Node("Conv", [$"x{i}", "w"], [$"x{i + 1}"], ("pads", new long[] { 1, 1, 1, 1 }));
        }

        using var model = new DenseModel(
            builder.Output($"x{Layers}", Float, 1, 128, 256, 256).Build(), "m.onnx", AsLogits with { OutputName = null, Scale = null });
        using var source = new CancellationTokenSource();
        Task run = Task.Run(() => model.Run(TestImage.Noise(8, 12).View, source.Token));
        source.CancelAfter(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Run_ValueThatFitsNoMachine_IsTheModelsError()
    {
        // 2^50 values of 4 bytes: no machine has them.
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, -1, 3, -1, -1)
            .Integers("shape", 1L << 50)
            .Node("ConstantOfShape", ["shape"], ["huge"])
            .Node("ReduceMax", ["huge"], ["most"], ("keepdims", 0))
            .Node("Add", ["image", "most"], ["scores"])
            .Output("scores", Float, -1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", AsLogits);
        Assert.StartsWith(
            "m.onnx: expected a model that runs at ", Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(8, 12).View)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_StaticGraph_AreKnownAtLoad()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx");
        Assert.Equal("image", model.InputName);
        Assert.Equal("scores", model.OutputName);
        Assert.Equal("CPU", model.Provider);
        Assert.Equal("m.onnx", model.Name);
        Assert.Equal(3, model.Classes);
        Assert.Matches(@"^ONNX Runtime \d+\.\d+\.\d+, (CPU|CUDA)$", DenseModel.RuntimeDescription);
    }

    [Fact]
    public void Classes_OpenInGraph_KnownAfterRun()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, -1, -1, -1, -1)
            .Node("Identity", ["image"], ["scores"])
            .OutputWithoutShape("scores")
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", AsLogits with { InputLayout = TensorLayout.ChannelsFirst });
        Assert.Null(model.Classes);
        model.Run(TestImage.Noise(4, 5).View);
        Assert.Equal(3, model.Classes);
    }

    [Fact]
    public void Run_FromFile_EqualsFromBytes()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        byte[] bytes = OnnxModelBuilder.Identity();
        File.WriteAllBytes(path, bytes);
        try
        {
            using var fromFile = new DenseModel(path, AsLogits);
            using var fromBytes = new DenseModel(bytes, "m.onnx", AsLogits);
            ImageBuffer image = TestImage.Noise(9, 8);
            Assert.Equal(fromBytes.Run(image.View).Values, fromFile.Run(image.View).Values);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Run_TwoOutputs_AreRefusedUntilOneIsNamed()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Node("GlobalAveragePool", ["image"], ["pooled"])
            .Node("Flatten", ["pooled"], ["vector"])
            .Node("Identity", ["image"], ["main"])
            .Node("Neg", ["image"], ["auxiliary"])
            .Output("vector", Float, 1, 3)
            .Output("main", Float, 1, 3, -1, -1)
            .Output("auxiliary", Float, 1, 3, -1, -1)
            .Build();
        ImageBuffer image = TestImage.Noise(4, 4);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new DenseModel(bytes, "m.onnx", AsLogits));
        Assert.Equal(
            "m.onnx: expected one score output, or an output name (--output-name) to choose by, got 'main' Float [1, 3, ?, ?], 'auxiliary' Float [1, 3, ?, ?]", e.Message);
        using var first = new DenseModel(bytes, "m.onnx", AsLogits with { OutputName = "main" });
        using var named = new DenseModel(bytes, "m.onnx", AsLogits with { OutputName = "auxiliary" });
        using var beside = new DenseModel(bytes, "m.onnx", AsLogits with { FeatureOutputName = "auxiliary" });
        Assert.Equal("main", beside.OutputName);
        Assert.Equal(first.Run(image.View).Values.Select(v => -v), named.Run(image.View).Values);
    }

    [Fact]
    public void Run_PhotosOfManySizesOnManyThreads_EachGetsItsOwnScores()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", AsLogits);
        ImageBuffer[] images = [.. Enumerable.Range(0, 24).Select(i => TestImage.Noise(3 + (i % 5), 4 + (i % 7), seed: i))];
        float[][] expected = [.. images.Select(i => model.Run(i.View).Values)];
        float[][] actual = new float[images.Length][];
        Parallel.For(0, images.Length, i => actual[i] = model.Run(images[i].View).Values);
        for (int i = 0; i < images.Length; i++)
        {
            Assert.Equal(expected[i], actual[i]);
        }
    }

    [Fact]
    public void Run_SecondTimeSameSize_AllocatesLittleBeyondItsResult()
    {
        using var model = new DenseModel(
            OnnxModelBuilder.Identity(), "m.onnx", new() { Scale = 1, ScoreKind = ScoreKind.Logits, IntraOpNumThreads = 1 });
        ImageBuffer image = TestImage.Noise(512, 512);
        model.Run(image.View);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LogitMap map = model.Run(image.View);
        long beyond = GC.GetAllocatedBytesForCurrentThread() - before - (map.Values.Length * sizeof(float));
        Assert.InRange(beyond, 0, 64 * 1024);
    }

    [Fact]
    public void Run_Disposed_Throws()
    {
        var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx");
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Run(TestImage.Noise(2, 2).View));
    }

    [Fact]
    public void Constructor_GpuWithFallback_RunsSomewhere()
    {
        var options = new DenseModelOptions { GpuDeviceId = 0, FallbackToCpu = true };
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", options);
        Assert.Contains(model.Provider, new[] { "CPU", "CUDA" });
    }
}
