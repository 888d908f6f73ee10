using System.Text.Json;
using SparseRefine.Images;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>A tiny dense model from photos and labels alone, and what comes after it.</summary>
public sealed class TrainDenseTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public TrainDenseTests()
    {
        for (int i = 0; i < 5; i++)
        {
            _folder.WritePhoto($"photo{i}.png", 96, 96, i);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrainDense_ThenFitThenScore_WholeChainFromPhotosAndLabels()
    {
        ToolResult trained = Tool.Run(Words("dense.onnx", "--epochs", "2"));
        trained.AssertSuccess();
        Assert.Contains("epoch 2/2", trained.Output);
        Assert.Contains("multiply-adds at 64x64", trained.Output);

        Tool.Run(
            "fit", "--keep-anyway", "--dense", _folder["dense.onnx"], "--images", _folder["images"], "--labels", _folder["labels"],
            "--classes", _folder.WriteClasses(3), "--size", "64x64", "--selector", "fraction:0.2", "--planes", "4,8", "--reps", "1",
            "--epochs", "1", "--crop", "64x64", "--out", _folder["model.sparserefine"]).AssertSuccess();
        Tool.Run("score", "--model", _folder["model.sparserefine"], "--images", _folder["images"], "--out", _folder["scored"]).AssertSuccess();

        Assert.True(Directory.EnumerateFiles(_folder["scored"]).Count() >= 5);
    }

    [Fact]
    public void TrainDense_ResNetWithoutItsPackage_NamesThePackageBeforeTraining()
    {
        ToolResult result = Tool.Run(
            "train-dense", "--images", _folder["images"], "--labels", _folder["labels"], "--classes", _folder.WriteClasses(3),
            "--out", _folder["dense.onnx"], "--backbone", "resnet18");

        result.AssertBadInput("package SparseRefine.ResNet18: expected ");
        Assert.False(File.Exists(_folder["dense.onnx"]));
    }

    [Fact]
    public void TrainDense_ClassWithoutAPixel_IsReportedAbsentThereAndInEvaluate()
    {
        ToolResult trained = Tool.Run(Words("dense.onnx", "--epochs", "1"));
        trained.AssertSuccess();
        Assert.Contains("class2 absent", trained.Output);

        ToolResult evaluated = Tool.Run(
            "evaluate", "--dense", _folder["dense.onnx"], "--classes", _folder["classes3.csv"], "--size", "64x64", "--images", _folder["images"],
            "--labels", _folder["labels"], "--json", _folder["report.json"]);
        evaluated.AssertSuccess();
        Assert.Matches(@"IoU of class2 *[|│] *absent", evaluated.Output);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_folder["report.json"]));
        JsonElement root = document.RootElement;
        Assert.Equal(["images", "classes", "mIoU", "pixelAccuracy", "perClassIoU", "ms", "macs"], root.EnumerateObject().Select(p => p.Name));
        JsonElement each = root.GetProperty("perClassIoU");
        Assert.Equal(JsonValueKind.Null, each[2].ValueKind);
        Assert.Equal((each[0].GetDouble() + each[1].GetDouble()) / 2, root.GetProperty("mIoU").GetDouble(), 1e-12);
    }

    [Fact]
    public void TrainDense_SizesThatTheStridesDoNotDivide_AreNoError()
    {
        ToolResult trained = Tool.Run([.. Words("dense.onnx", "--epochs", "1", "--crop", "45x50").Select(word => word == "64x64" ? "70x51" : word)]);
        trained.AssertSuccess();

        Tool.Run(
            "evaluate", "--dense", _folder["dense.onnx"], "--size", "33x95", "--images", _folder["images"], "--labels", _folder["labels"]).AssertSuccess();
    }

    [Theory]
    [InlineData("--model, --dense: expected one of them, got both or neither")]
    [InlineData("--model, --dense: expected one of them, got both or neither", "--model", "a.sparserefine", "--dense", "b.onnx")]
    [InlineData("--model: expected no --size beside it", "--model", "a.sparserefine", "--size", "64x64")]
    [InlineData("--scale, --size: expected one of them, got both", "--dense", "b.onnx", "--size", "64x64", "--scale", "0.5")]
    public void Evaluate_OptionsThatDoNotGoTogether_AreNamed(string message, params string[] words) =>
        Tool.Run(["evaluate", "--images", _folder["images"], "--labels", _folder["labels"], .. words]).AssertBadInput(message);

    [Fact]
    public void TrainDense_InterruptedWithWorkspace_GoesOnToTheSameFile()
    {
        Tool.Run(Words("straight.onnx", "--epochs", "2")).AssertSuccess();
        Assert.Equal(ExitCodes.Cancelled, Tool.RunUntil("epoch 1/2", Words("resumed.onnx", "--epochs", "2", "--workspace", _folder["work"])).Code);
        ToolResult resumed = Tool.Run(Words("resumed.onnx", "--epochs", "2", "--workspace", _folder["work"]));

        resumed.AssertSuccess();
        Assert.DoesNotContain("epoch 1/2", resumed.Output);
        Assert.Equal(File.ReadAllBytes(_folder["straight.onnx"]), File.ReadAllBytes(_folder["resumed.onnx"]));
    }

    [Fact]
    public void TrainDense_FromATrainingOfOtherClasses_SaysThatTheLastLayerStartsAnew()
    {
        Tool.Run(Words("three.onnx", "--epochs", "1", "--workspace", _folder["work"])).AssertSuccess();
        ToolResult four = Tool.Run([.. Words("four.onnx", "--epochs", "1", "--from", _folder["work"]).Select(
            word => word == _folder["classes3.csv"] ? _folder.WriteClasses(4) : word)]);

        four.AssertSuccess();
        Assert.Contains("a training of other classes; the last layer starts anew", four.Output.ReplaceLineEndings(" "));
    }

    [Theory]
    [InlineData("--backbone", "huge", "--backbone: expected light, large-kernel or resnet18, got 'huge'")]
    [InlineData("--without", "color", "--without: expected any of module,pairwise,unary,contrast, got 'color'")]
    [InlineData("--channels", "8,8,12,16", "--channels: expected four positive multiples of 8, got '8,8,12,16'")]
    [InlineData("--class-weights", "1,2", "--class-weights: expected 3 values")]
    public void TrainDense_BadOption_IsNamed(string option, string value, string message) =>
        Tool.Run(Words("dense.onnx", option, value)).AssertBadInput(message);

    [Fact]
    public void TrainDense_LabelThatIsNoClass_NamesTheFile()
    {
        byte[] labels = new byte[96 * 96];
        labels[7] = 9;
        _folder.WriteLabels(Path.Combine("labels", "photo3.png"), labels, 96, 96);

        Tool.Run(Words("dense.onnx")).AssertBadInput("photo3.png");
        Assert.False(File.Exists(_folder["dense.onnx"]));
    }

    [Fact]
    public void TrainDense_LargeKernelWithoutParts_Runs() => Tool.Run(Words(
        "dense.onnx", "--backbone", "large-kernel", "--without", "pairwise,contrast", "--pooling", "polyphase", "--epochs", "1")).AssertSuccess();

    [Fact]
    public void TrainDense_FineOutput_ScoresEveryPixel()
    {
        Tool.Run(Words("dense.onnx", "--output-stride", "1", "--dice", "0.5", "--freeze", "1", "--epochs", "2")).AssertSuccess();

        using DenseModel model = new(_folder["dense.onnx"], new DenseModelOptions { Height = 64, Width = 64 });
        LogitMap logits = model.Run(new ImageView(new byte[64 * 64 * 3], 64, 64, PixelOrder.Rgb24));
        Assert.Equal((64, 64), (logits.Height, logits.Width));
    }

    private string[] Words(string output, params string[] more)
    {
        List<string> words =
        [
            "train-dense", "--images", _folder["images"], "--labels", _folder["labels"], "--classes", _folder.WriteClasses(3),
            "--size", "64x64", "--batch", "2", "--blocks", "1,1,1,1", "--threads", "1", "--out", _folder[output],
        ];
        if (!more.Contains("--channels"))
        {
            words.AddRange(["--channels", "8,8,8,8", "--decoder-channels", "8"]);
        }

        return [.. words, .. more];
    }
}
