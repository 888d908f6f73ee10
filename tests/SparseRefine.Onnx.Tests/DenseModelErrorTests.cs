using System.Text;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class DenseModelErrorTests
{
    private const int Float = OnnxModelBuilder.Float;
    private const int Int64 = OnnxModelBuilder.Int64;

    [Fact]
    public void Constructor_MissingFile_NamesIt()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        AssertLine(Assert.Throws<InvalidInputException>(() => new DenseModel(path)), $"{path}: expected an ONNX file, got no such file");
    }

    [Fact]
    public void Constructor_Folder_NamesIt()
    {
        string path = Path.GetTempPath();
        AssertLine(Assert.Throws<InvalidInputException>(() => new DenseModel(path)), $"{path}: expected an ONNX file, got a folder");
    }

    [Fact]
    public void Constructor_Archive_AsksWhetherItIsAPipeline() => AssertLoadError([.. "PK\u0003\u0004 and more"u8], "expected an ONNX file, got a zip archive; is it a fitted pipeline");

    [Fact]
    public void Constructor_NoBytes_Throws() => AssertLoadError([], "expected an ONNX file, got 0 bytes");

    [Fact]
    public void Constructor_AnotherFormat_Throws() =>
        AssertLoadError(Encoding.UTF8.GetBytes("%PDF-1.7 surely not a model"), "expected an ONNX file");

    [Fact]
    public void Constructor_TruncatedAnywhere_Throws()
    {
        byte[] bytes = OnnxModelBuilder.Identity();
        for (int length = 0; length < bytes.Length; length++)
        {
            AssertLoadError(bytes[..length], "expected an ONNX file");
        }
    }

    [Fact]
    public void Constructor_UnknownOperator_NamesRuntimeError() => AssertLoadError(
        new OnnxModelBuilder()
            .Input("image", Float, 1, 3, 4, 4)
            .Node("NoSuchOperator", ["image"], ["scores"])
            .Output("scores", Float, 1, 3, 4, 4)
            .Build(),
        "expected an ONNX file that ONNX Runtime can load, got");

    [Theory]
    [InlineData(Float, new long[] { 1, 4, 4, 4 })]
    [InlineData(Float, new long[] { 1, 1, 4, 4 })]
    [InlineData(Float, new long[] { 2, 3, 4, 4 })]
    [InlineData(Float, new long[] { 3, 4, 4 })]
    [InlineData(Int64, new long[] { 1, 3, 4, 4 })]
    public void Constructor_NoImageInput_SaysWhatIsThere(int type, long[] shape) => AssertLoadError(
        new OnnxModelBuilder()
            .Input("tokens", type, shape)
            .Node("Identity", ["tokens"], ["scores"])
            .Output("scores", type, shape)
            .Build(),
        "expected an image input",
        $"got 'tokens' {(type == Float ? "Float" : "Int64")} [{string.Join(", ", shape)}]");

    [Fact]
    public void Constructor_TwoInputs_Throws() => AssertLoadError(
        new OnnxModelBuilder()
            .Input("image", Float, 1, 3, 4, 4)
            .Input("other", Float, 1, 3, 4, 4)
            .Node("Add", ["image", "other"], ["scores"])
            .Output("scores", Float, 1, 3, 4, 4)
            .Build(),
        "expected an image input",
        "'other'");

    [Fact]
    public void Constructor_AskedInputMissing_Throws() =>
        AssertLoadError(OnnxModelBuilder.Identity(), new DenseModelOptions { InputName = "x" }, "expected the one input 'x', got 'image'");

    [Fact]
    public void Constructor_AskedOutputMissing_Throws() =>
        AssertLoadError(OnnxModelBuilder.Identity(), new DenseModelOptions { OutputName = "x" }, "expected a score output 'x'", "got 'scores'");

    [Fact]
    public void Constructor_ClassifierOutput_Throws() => AssertLoadError(
        new OnnxModelBuilder()
            .Input("image", Float, 1, 3, 4, 4)
            .Node("Flatten", ["image"], ["scores"])
            .Output("scores", Float, 1, 48)
            .Build(),
        "expected a score output",
        "got 'scores' Float [1, 48]");

    [Fact]
    public void Constructor_TooManyClasses_Throws() => AssertLoadError(
        new OnnxModelBuilder()
            .Input("image", Float, 1, 3, 4, 4)
            .Weights("w", new float[256 * 3], 256, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["scores"])
            .Output("scores", Float, 1, 256, 4, 4)
            .Build(),
        "1 to 255 classes", "got [1, 256, 4, 4]");

    [Fact]
    public void Constructor_OpenSizeWithoutOption_Throws() =>
        AssertLoadError(OnnxModelBuilder.Identity(), new DenseModelOptions { Scale = null }, "expected a Scale, or Height and Width");

    [Fact]
    public void Constructor_AnotherFixedSize_Throws() => AssertLoadError(
        OnnxModelBuilder.Identity(height: 4, width: 6),
        new DenseModelOptions { Height = 4, Width = 8 },
        "expected the model's fixed size 4x6, got Height x Width = 4x8");

    [Fact]
    public void Constructor_GpuMissingWithoutFallback_ThrowsOrRunsThere()
    {
        try
        {
            using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", new() { GpuDeviceId = 0 });
            Assert.Equal("CUDA", model.Provider);
        }
        catch (InvalidInputException e)
        {
            AssertLine(e, "m.onnx: expected CUDA device 0");
        }
    }

    public static TheoryData<byte[], string> ManyAnswers => new()
    {
        {
            // A number of photos that the graph puts together, as a padding to multiples of 32 does.
            Answers().Integers("photos", 65536, 0, 0, 0, 0, 0).Integers("from", 2).Integers("to", 4).Node("Shape", ["image"], ["shape"])
                .Node("Slice", ["shape", "from", "to"], ["size"]).Node("Sub", ["size", "size"], ["none"]).Node("Concat", ["photos", "none"], ["pads"], ("axis", 0))
                .Node("Pad", ["image", "pads"], ["x"]).Node("Relu", ["x"], ["scores"]).Build(),
            "Pad 'x', which pads it by 65536"
        },
        {
            Answers().Integers("photos", 0, 0, 0, 0, 5, 0).Integers("from", 2).Integers("to", 4).Node("Shape", ["image"], ["shape"])
                .Node("Slice", ["shape", "from", "to"], ["size"]).Node("Sub", ["size", "size"], ["none"]).Node("Concat", ["photos", "none"], ["pads"], ("axis", 0))
                .Node("Pad", ["image", "pads"], ["scores"]).Build(),
            "Pad 'scores', which pads it by 5"
        },
        { Answers().Integers("times", 9, 1, 1, 1).Node("Tile", ["image", "times"], ["scores"]).Build(), "Tile 'scores', which repeats it 9 times" },
        { Answers().Weights("by", [3, 1, 2, 2], 4).Node("Resize", ["image", "", "by"], ["scores"]).Build(), "Resize 'scores', which scales it by 3" },
        {
            Answers().Integers("first", 7, 3).Integers("from", 2).Integers("to", 4).Node("Shape", ["image"], ["shape"]).Node("Slice", ["shape", "from", "to"], ["size"])
                .Node("Concat", ["first", "size"], ["sizes"], ("axis", 0)).Node("Resize", ["image", "", "", "sizes"], ["scores"]).Build(),
            "Resize 'scores', which resizes it to 7"
        },
    };

    private static OnnxModelBuilder Answers() => new OnnxModelBuilder().Input("image", Float, -1, 3, -1, -1).Output("scores", Float, -1, 3, -1, -1);

    [Theory]
    [MemberData(nameof(ManyAnswers))]
    public void Constructor_ManyAnswersOfOnePhoto_NamesTheNode(byte[] bytes, string what) => AssertLoadError(
        bytes, new DenseModelOptions { Scale = 1 }, "m.onnx: expected output 'scores' to be one answer a photo, got", $"{what} along the axis of the photos");

    public static TheoryData<byte[]> LargerPlanes => new()
    {
        Answers().Integers("pads", 0, 0, 1, 1, 0, 0, 1, 1).Weights("by", [1, 1, 2, 2], 4)
            .Node("Pad", ["image", "pads"], ["x"]).Node("Resize", ["x", "", "by"], ["scores"]).Build(),
        Answers().Integers("pads", 1, 1, 1, 1).Integers("axes", 2, 3).Weights("by", [2, 2], 2)
            .Node("Pad", ["image", "pads", "", "axes"], ["x"]).Node("Resize", ["x", "", "by"], ["scores"], ("axes", new long[] { 2, 3 })).Build(opset: 18),
    };

    [Theory]
    [MemberData(nameof(LargerPlanes))]
    public void Run_PaddedAndResizedPlanes_AreFine(byte[] bytes)
    {
        using var model = new DenseModel(bytes, "m.onnx", new() { Scale = 1, SizeMultiple = 1, ScoreKind = ScoreKind.Logits });
        LogitMap logits = model.Run(TestImage.Noise(8, 6).View);
        Assert.Equal((20, 16), (logits.Height, logits.Width));
    }

    [Theory]
    [InlineData("Sqrt")]
    [InlineData("Log")]
    public void Run_NaNScores_Throws(string type)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Node(type, ["image"], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx");
        var e = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(50, 50).View));
        AssertLine(e, "m.onnx: output 'scores': expected finite scores up to 1e+30 in magnitude, got");
    }

    [Theory]
    [InlineData(-1e31f, false)]
    [InlineData(2e30f, false)]
    [InlineData(1e30f, true)]
    [InlineData(-9.8e29f, true)]
    public void Run_HugeScores_NamesTheModel(float weight, bool isFine)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("zero", [0], 1)
            .Weights("huge", [weight], 1)
            .Node("Mul", ["image", "zero"], ["none"])
            .Node("Add", ["none", "huge"], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx");
        if (isFine)
        {
            Assert.Equal(weight, model.Run(TestImage.Noise(50, 50).View).Values[0]);
            return;
        }

        var e = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(50, 50).View));
        AssertLine(e, "m.onnx: output 'scores': expected finite scores up to 1e+30 in magnitude, got");
    }

    [Fact]
    public void Run_SizeTheModelCannotTake_NamesSize()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("mask", new float[64], 1, 1, 8, 8)
            .Node("Add", ["image", "mask"], ["scores"])
            .OutputWithoutShape("scores")
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", new() { Scale = 1, SizeMultiple = 1 });
        var e = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(5, 7).View));
        AssertLine(e, "m.onnx: expected a model that runs at 5x7, got", "--size-multiple; it is 1");
    }

    [Fact]
    public void Run_InputOfManyGigabytes_NamesSize()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", new() { Height = 46340, Width = 46340 });
        var e = Assert.Throws<InvalidInputException>(() => model.Run(TestImage.Noise(5, 7).View));
        AssertLine(e, "m.onnx: expected an input of less than 2 GB, got 46340x46340 for a photo of 5x7");
    }

    [Fact]
    public void Run_OutputTurnsOutToBeAVector_Throws()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Integers("shape", -1)
            .Node("Reshape", ["image", "shape"], ["flat"])
            .Node("Cast", ["indices"], ["scores"], ("to", Float))
            .Node("NonZero", ["flat"], ["indices"])
            .OutputWithoutShape("scores")
            .Build();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() =>
        {
            using var model = new DenseModel(bytes, "m.onnx", new() { Scale = 1 });
            model.Run(TestImage.Noise(32, 32).View);
        });
        AssertLine(e, "m.onnx: expected");
    }

    private static void AssertLoadError(byte[] bytes, params string[] parts) => AssertLoadError(bytes, new DenseModelOptions(), parts);

    private static void AssertLoadError(byte[] bytes, DenseModelOptions options, params string[] parts)
    {
        var e = Assert.Throws<InvalidInputException>(() => new DenseModel(bytes, "m.onnx", options));
        AssertLine(e, ["m.onnx: ", .. parts]);
    }

    private static void AssertLine(InvalidInputException e, params string[] parts)
    {
        Assert.StartsWith(parts[0], e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.All(parts, p => Assert.Contains(p, e.Message));
    }
}
