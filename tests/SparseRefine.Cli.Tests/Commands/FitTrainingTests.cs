using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class FitTrainingTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_InterruptedWithWorkspace_GoesOnToTheSameFile()
    {
        Tool.Run(Words("straight", "--epochs", "3")).AssertSuccess();
        ToolResult stopped = Tool.RunUntil("epoch 1/3", Words("resumed", "--epochs", "3", "--workspace", _folder["work"]));
        Assert.Equal(ExitCodes.Cancelled, stopped.Code);
        Assert.DoesNotContain("epoch 2/3", stopped.Output);
        Assert.Contains($"cancelled, the same command goes on from {_folder["work"]}; kept the best epoch, 1 of 3", stopped.Output);

        ToolResult resumed = Tool.Run(Words("resumed", "--epochs", "3", "--workspace", _folder["work"]));
        resumed.AssertSuccess();
        Assert.DoesNotContain("epoch 1/3", resumed.Output);
        Assert.Contains("training.checkpoint: goes on after 1 of 3 epochs", resumed.Output);
        Assert.Contains("epoch 3/3", resumed.Output);
        Assert.Equal(File.ReadAllBytes(_folder["straight"]), File.ReadAllBytes(_folder["resumed"]));
    }

    [Fact]
    public void Fit_DenseModel_IsOpenedOnce()
    {
        // Between the check of the model and the training there is no file to open; only its bytes are read again, to be saved.
        string dense = _folder.Write("once.onnx", TinyModels.Brightness());
        Tool.RunWith(
            [("ONNX Runtime", () => File.Move(dense, dense + ".away")), ("training on ", () => File.Move(dense + ".away", dense))],
            "fit", "--keep-anyway", "--dense", dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--classes", fitted.Classes,
            "--out", _folder["once.sparserefine"], "--scale", "0.25", "--size-multiple", "1", "--planes", "4", "--reps", "1", "--epochs", "1",
            "--crop", "32x32").AssertSuccess();
        Assert.False(File.Exists(dense + ".away"));
    }

    [Fact]
    public void Fit_NoBetterThanTheDenseModel_WritesNothingUnlessAsked()
    {
        // A rate next to nothing: the residual network goes on giving the dense answer.
        string[] still =
        [
            "fit", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--classes", fitted.Classes,
            "--out", _folder["still.sparserefine"], "--scale", "0.25", "--size-multiple", "1", "--planes", "4", "--reps", "1", "--epochs", "1",
            "--crop", "32x32", "--residual", "--learning-rate", "1e-12",
        ];
        ToolResult refused = Tool.Run(still);
        Assert.Equal(ExitCodes.NoBetter, refused.Code);
        Assert.Contains("epoch 0, the dense model alone: validation mIoU ", refused.Output);
        Assert.Contains("nothing is written, as nothing is better than the dense model alone, validation mIoU ", refused.Output);
        Assert.Contains("--keep-anyway", refused.Output);
        Assert.Equal([], _folder.Files());

        ToolResult kept = Tool.Run([.. still, "--keep-anyway"]);
        kept.AssertSuccess();
        Assert.Contains("warning: on the validation photos this is no better than the dense model alone", kept.Output);
        Assert.True(File.Exists(_folder["still.sparserefine"]));
    }

    [Fact]
    public void Fit_InterruptedBeforeAnEpoch_SaysHowToGoOn()
    {
        ToolResult early = Tool.RunUntil("training on", Words("m", "--workspace", _folder["work"]));
        Assert.Equal((ExitCodes.Cancelled, "cancelled, nothing is written"), (early.Code, early.Error.Trim()));
        ToolResult stopped = Tool.RunUntil("epoch 0, the dense", Words("m", "--workspace", _folder["work"]));
        Assert.Equal(ExitCodes.Cancelled, stopped.Code);
        Assert.Contains($"the same command goes on from {_folder["work"]}", stopped.Output);
        Assert.False(File.Exists(_folder["m"]));
    }

    [Fact]
    public void Fit_WorkspaceOfOtherOptions_NamesTheDifference()
    {
        Tool.Run(Words("m", "--workspace", _folder["work"])).AssertSuccess();
        Tool.Run(Words("m", "--workspace", _folder["work"], "--epochs", "3"))
            .AssertBadInput("training.checkpoint: expected a checkpoint of Epochs 3, got 1;");
    }

    [Fact]
    public void Fit_WorkspaceIsAFile_IsBadInput() =>
        Tool.Run(Words("m", "--workspace", _folder.Write("file", "x"))).AssertBadInput("--workspace: expected a folder");

    [Fact]
    public void Fit_WarmStart_TakesTheNetworkOfTheModel()
    {
        Tool.Run(Words("m", "--warm-start", fitted.Model)).AssertSuccess();
        Assert.Contains("[4,8]", Tool.Run("info", "--model", _folder["m"]).Output);
    }

    [Fact]
    public void Fit_WarmStartShipped_GoesOnTrainingItAndResumesToTheSameFile()
    {
        string[] Shipped(string output, params string[] more) => Words(output, ["--warm-start", "shipped", "--epochs", "3", "--learning-rate", "0.001", .. more]);
        ToolResult straight = Tool.Run(Shipped("straight"));
        straight.AssertSuccess();
        Assert.Contains("epoch 0, the dense model alone", straight.Output);
        Assert.Contains("features rgb,p, planes 16,32,64", straight.Output);
        Assert.Contains("network: universal", Tool.Run("info", "--model", _folder["straight"]).Output);
        Tool.Run("score", "--model", _folder["straight"], "--images", fitted.Folder["images"], "--out", _folder["answers"]).AssertSuccess();

        Assert.Equal(ExitCodes.Cancelled, Tool.RunUntil("epoch 1/3", Shipped("resumed", "--workspace", _folder["work"])).Code);
        Tool.Run(Shipped("resumed", "--workspace", _folder["work"])).AssertSuccess();
        Assert.Equal(File.ReadAllBytes(_folder["straight"]), File.ReadAllBytes(_folder["resumed"]));

        Tool.Run(Words("further", "--warm-start", _folder["straight"])).AssertSuccess();
        Assert.Contains("network: universal", Tool.Run("info", "--model", _folder["further"]).Output);
    }

    [Theory]
    [InlineData("--dense-features", "auto", "--warm-start: expected no --dense-features beside shipped")]
    [InlineData("--planes", "4", "--warm-start: expected no --planes beside it")]
    [InlineData("--method", "two-column", "--warm-start: expected no --method beside it")]
    public void Fit_WarmStartShippedWithWhatItDoesNotTake_IsBadInput(string option, string value, string message) =>
        Tool.Run(Words("m", "--warm-start", "shipped", option, value)).AssertBadInput(message);

    [Fact]
    public void Fit_WarmStartWithPlanes_IsBadInput() => Tool.Run(Words("m", "--warm-start", fitted.Model, "--planes", "4"))
        .AssertBadInput("--warm-start: expected no --planes beside it");

    [Fact]
    public void Fit_Residual_IsKeptByTheFileAndByAWarmStart()
    {
        Tool.Run(Words("first", "--features", "rgb,p", "--residual")).AssertSuccess();
        Tool.Run(Words("second", "--warm-start", _folder["first"])).AssertSuccess();
        Assert.Contains("probabilityColumn: 3", Tool.Run("info", "--model", _folder["second"]).Output);
        Tool.Run(
            "evaluate", "--model", _folder["second"], "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"]).AssertSuccess();
    }

    [Fact]
    public void Fit_ResidualWithoutProbabilities_IsBadInput() => Tool.Run(Words("m", "--features", "rgb", "--residual"))
        .AssertBadInput("--residual: expected feature p beside it, got rgb");

    [Fact]
    public void Fit_WarmStartOfAnotherFile_IsBadInput() =>
        Tool.Run(Words("m", "--warm-start", fitted.Dense)).AssertBadInput("dense.onnx: expected a fitted pipeline (*.sparserefine)");

    [Fact]
    public void Fit_OnePhotoToValidateOnThatIsTrainedOn_Warns()
    {
        foreach (string kind in (string[])["images", "labels"])
        {
            Directory.CreateDirectory(_folder[$"one/{kind}"]);
            File.CreateSymbolicLink(_folder[$"one/{kind}/p0.png"], fitted.Folder[$"{kind}/p0.png"]);
        }

        string output = Tool.Run(Words("m", "--validation-images", _folder["one/images"], "--validation-labels", _folder["one/labels"])).Output;
        Assert.Contains("warning: one photo to validate on: whether a gain there is chance cannot be told", output);
        Assert.Contains("warning: 1 of 1 photos to validate on is trained on, too", output);
    }

    [Fact]
    public void Fit_WarmStartOfOtherClasses_IsBadInput()
    {
        string three = _folder.Write("three.onnx", TinyModels.ThreeClasses());
        string[] words = Words("m", "--warm-start", fitted.Model);
        string classes = _folder.WriteClasses(3);
        Tool.Run([.. words.Select(word => word == fitted.Dense ? three : word == fitted.Classes ? classes : word)])
            .AssertBadInput("warm start: expected a refiner of 3 classes as the dense model has, or one that looks at each class by itself, got 2");
    }

    [Fact]
    public void Fit_SeveralDenseModels_WritesAPipelineForEach()
    {
        string second = _folder.Write("second.onnx", TinyModels.Brightness(2));
        ToolResult fit = Tool.Run(Words("a", "--dense", second, "--out", _folder["b"]));
        fit.AssertSuccess();
        foreach (string model in (string[])["a", "b"])
        {
            Tool.Run(
                "evaluate", "--model", _folder[model], "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"]).AssertSuccess();
        }

        Assert.Contains("Logits2", Tool.Run("info", "--model", _folder["b"]).Output);
        Assert.DoesNotContain("Logits2", Tool.Run("info", "--model", _folder["a"]).Output);
    }

    [Fact]
    public void Fit_FewerOutputsThanDenseModels_IsBadInput() =>
        Tool.Run(Words("a", "--dense", fitted.Dense)).AssertBadInput("--out: expected 2, one for each --dense, got 1");

    private string[] Words(string output, params string[] more)
    {
        string[] shape = more.Contains("--warm-start") ? [] : ["--planes", "4", "--reps", "1"];
        string[] epochs = more.Contains("--epochs") ? [] : ["--epochs", "1"];
        return
        [
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", _folder[output], "--scale", "0.25", "--size-multiple", "1", "--selector",
            "fraction:0.3", "--batch", "1", "--crop", "32x32", .. shape, .. epochs, .. more,
        ];
    }
}
