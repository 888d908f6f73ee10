using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>Dense models that were trained on other values than ImageNet's, as the tool is told of them.</summary>
public sealed class DenseOptionsTests : IDisposable
{
    private const int Height = 40;
    private const int Width = 60;
    private readonly TestFolder _folder = new();

    public DenseOptionsTests()
    {
        // Three gray levels in stripes: dark 0, middle 1, bright 2. A red photo beside it tells the order of channels.
        byte[] labels = new byte[Height * Width];
        byte[] pixels = new byte[Height * Width * 3];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)(i % Width / 20);
            pixels.AsSpan(i * 3, 3).Fill((byte)(40 + (80 * labels[i])));
            pixels[i * 3] = (byte)(200 - (60 * labels[i]));
        }

        using (MLImage photo = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, Rgba(pixels)))
        {
            Directory.CreateDirectory(_folder["images"]);
            photo.Save(_folder["images/a.png"]);
        }

        _folder.WriteLabels("labels/a.png", labels, Height, Width);
        _folder.Write("classes.csv", "id,name,r,g,b\n0,dark,0,0,0\n1,middle,0,255,0\n2,bright,255,255,255\n");
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] OfUnitRange() => Levels(1);

    [Fact]
    public void Evaluate_ModelOfUnitRange_NeedsItsRange()
    {
        string model = _folder.Write("unit.onnx", OfUnitRange());
        Assert.Equal(1, MeanIoU(model, "--value-range", "0-1"));
        Assert.Equal(1, MeanIoU(model, "--mean", "0,0,0", "--std", "255,255,255"));
        Assert.Equal(1, MeanIoU(model, "--model-config", _folder.Write("c.json", "{ \"valueRange\": \"0-1\" }")));
        Assert.True(MeanIoU(model) < 0.9);
    }

    [Fact]
    public void Evaluate_LabelOfAnotherSize_IsNamed()
    {
        string model = _folder.Write("unit.onnx", OfUnitRange());
        _folder.WriteLabels("labels/a.png", new byte[Height * Width], Width, Height);
        Evaluate(model).AssertBadInput($"{_folder["labels/a.png"]}: expected a label map of {Height}x{Width}, got {Width}x{Height}");
    }

    [Fact]
    public void Evaluate_HuggingFaceFileBesideTheModel_IsReadAndNamed()
    {
        string model = _folder.Write("unit.onnx", OfUnitRange());
        string config = _folder.Write("preprocessor_config.json", "{ \"do_rescale\": true, \"do_normalize\": false, \"image_processor_type\": \"x\" }");
        ToolResult result = Evaluate(model);
        result.AssertSuccess();
        Assert.Contains($"how {model} sees photos: {config}", result.Output);
        Assert.Equal(1, MeanIoU(model));
        Assert.True(MeanIoU(model, "--value-range", "0-255") < 0.9);
    }

    [Fact]
    public void Evaluate_ModelOfOtherOrder_NeedsIt()
    {
        // It looks at the third plane, which holds red where blue stands first: 200, 140, 80 for the classes.
        string model = _folder.Write("bgr.onnx", Levels(-1, channel: 2));
        Assert.Equal(1, MeanIoU(model, "--value-range", "0-1", "--channel-order", "bgr"));
        Assert.True(MeanIoU(model, "--value-range", "0-1") < 0.9);
    }

    [Fact]
    public void Evaluate_TwoScoreOutputs_NamesTheOption()
    {
        string model = _folder.Write("two.onnx", Two());
        Evaluate(model).AssertBadInput("two.onnx", "'aux'", "'out'", "output name");
        Assert.Equal(1, MeanIoU(model, "--value-range", "0-1", "--output-name", "out"));
    }

    [Fact]
    public void Evaluate_OtherClassCount_NamesBothFiles()
    {
        string model = _folder.Write("two.onnx", TinyModels.Brightness());
        Tool.Run("evaluate", "--dense", model, "--classes", _folder["classes.csv"], "--images", _folder["images"], "--labels", _folder["labels"])
            .AssertBadInput("two.onnx", "3 classes as in", "classes.csv (--classes)", "got 2");
    }

    [Fact]
    public void Evaluate_HuggingFaceConfigBesideTheModel_NamesTheClasses()
    {
        string model = _folder.Write("unit.onnx", OfUnitRange());
        _folder.Write("config.json", "{ \"model_type\": \"x\", \"id2label\": { \"0\": \"night\", \"1\": \"dusk\", \"2\": \"day\" } }");
        Assert.Contains("dusk", Evaluate(model).Output);
        _folder.Write("config.json", "{ \"id2label\": { \"0\": \"night\" } }");
        Assert.DoesNotContain("night", Evaluate(model).Output);
    }

    [Fact]
    public void Fit_ModelAsTheOptionsSay_IsSavedSo()
    {
        // Weights in a file beside it, channels last, one output of two: all of it must be in the model file.
        string model = _folder.Write("last/m.onnx", new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float, 1, -1, -1, 3)
            .ExternalWeights("w", "w.bin", 0, 3, 3, 1, 1)
            .Node("Transpose", ["image"], ["first"], ("perm", new long[] { 0, 3, 1, 2 }))
            .Node("Conv", ["first", "w"], ["z"])
            .Node("Transpose", ["z"], ["out"], ("perm", new long[] { 0, 2, 3, 1 }))
            .Node("Neg", ["z"], ["aux"])
            .Output("aux", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Output("out", OnnxModelBuilder.Float, 1, -1, -1, 3)
            .Build());
        string weights = _folder.Write("last/w.bin", MemoryMarshal.AsBytes<float>([0, 0, 0, 0, 1, 0, 0, 0, 1]).ToArray());
        File.Copy(_folder["images/a.png"], _folder["images/b.png"]);
        File.Copy(_folder["labels/a.png"], _folder["labels/b.png"]);

        // All pixels are selected, of which fit and score warn.
        ToolResult fit = Tool.Run(
            "fit", "--keep-anyway", "--dense", model, "--output-name", "out", "--value-range", "0-1", "--interpolation", "bilinear", "--scores", "logits", "--images", _folder["images"],
            "--labels", _folder["labels"], "--classes", _folder["classes.csv"], "--out", _folder["m.sparserefine"], "--size-multiple", "4",
            "--selector", "fraction:1", "--planes", "4", "--reps", "1", "--epochs", "1", "--crop", "32x32");
        fit.AssertSuccess();
        Assert.Contains("warning: 100% of the pixels of the first 1 photos are selected", fit.Output);
        Assert.True(fit.Output.IndexOf("warning: 100%", StringComparison.Ordinal) < fit.Output.IndexOf("epoch 1/1", StringComparison.Ordinal));
        File.Delete(weights);

        string info = Tool.Run("info", "--model", _folder["m.sparserefine"]).Output;
        Assert.All(
            ["std: [255,255,255]", "interpolation: bilinear", "scoreKind: logits", "outputName: out", "outputLayout: auto"],
            (Action<string>)(line => Assert.Contains(line, info)));
        ToolResult score = Tool.Run("score", "--model", _folder["m.sparserefine"], "--images", _folder["images"], "--out", _folder["answers"]);
        Assert.Equal(ExitCodes.Success, score.Code);
        Assert.StartsWith("warning: 100% of the pixels of the first 2 photos are selected", score.Error);
    }

    [Fact]
    public void Bench_TwoScoreOutputs_TakesTheNamedOne()
    {
        string model = _folder.Write("two.onnx", Two());
        string[] bench = ["bench", "--dense", model, "--size", "64x64", "--density", "0.1", "--planes", "4", "--reps", "1", "--rounds", "1"];
        Tool.Run(bench).AssertBadInput("two.onnx", "--output-name");
        Tool.Run([.. bench, "--output-name", "out"]).AssertSuccess();
    }

    [Theory]
    [InlineData("--mean", "1,2")]
    [InlineData("--std", "0,0,0")]
    [InlineData("--std", "0.2,0.2,0.2")]
    [InlineData("--value-range", "0-2")]
    [InlineData("--channel-order", "grb")]
    [InlineData("--interpolation", "cubic")]
    [InlineData("--scores", "maybe")]
    [InlineData("--output-layout", "sideways")]
    [InlineData("--model-config", "none.json")]
    public void Evaluate_BadValue_NamesTheOption(string option, string value) =>
        Evaluate(_folder.Write("unit.onnx", OfUnitRange()), option, value).AssertBadInput(option == "--model-config" ? value : option, "expected");

    private ToolResult Evaluate(string model, params string[] more) => Tool.Run([
        "evaluate", "--dense", model, "--scale", "1", "--size-multiple", "1", "--images", _folder["images"], "--labels", _folder["labels"],
        "--json", _folder["out.json"], .. more]);

    private double MeanIoU(string model, params string[] more)
    {
        Evaluate(model, more).AssertSuccess();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_folder["out.json"]));
        return document.RootElement.GetProperty("mIoU").GetDouble();
    }

    private static byte[] Rgba(byte[] rgb) =>
        [.. Enumerable.Range(0, rgb.Length / 3).SelectMany(i => new[] { rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2], (byte)255 })];

    /// <summary>Three scores of one channel on the scale 0 to 1: the class whose level is nearest wins.</summary>
    private static OnnxModelBuilder Graph(float sign, int channel, string output)
    {
        // Parabolas as lines: -(x - c)^2 = 2 c x - c^2 - x^2, the last equal for all.
        float[] centres = sign > 0 ? [40 / 255f, 120 / 255f, 200 / 255f] : [200 / 255f, 140 / 255f, 80 / 255f];
        float[] weights = new float[9];
        for (int c = 0; c < 3; c++)
        {
            weights[(c * 3) + channel] = 2 * centres[c];
        }

        return new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Weights("w", weights, 3, 3, 1, 1)
            .Weights("b", [.. centres.Select(c => -c * c)], 3)
            .Node("Conv", ["image", "w", "b"], [output]);
    }

    private static byte[] Levels(float sign, int channel = 1) =>
        Graph(sign, channel, "out").Output("out", OnnxModelBuilder.Float, 1, 3, -1, -1).Build();

    private static byte[] Two() => Graph(1, 1, "out")
        .Node("Neg", ["out"], ["aux"])
        .Output("aux", OnnxModelBuilder.Float, 1, 3, -1, -1)
        .Output("out", OnnxModelBuilder.Float, 1, 3, -1, -1)
        .Build();
}
