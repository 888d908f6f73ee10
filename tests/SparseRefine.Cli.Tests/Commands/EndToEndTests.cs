using System.Text.Json;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class EndToEndTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Fit_WithoutValidationSet_SaysWhatIsHeldOutAndReportsEachEpoch()
    {
        fitted.Fit.AssertSuccess();
        Assert.Contains("held out", fitted.Fit.Output);
        Assert.Contains("epoch 1/2: loss ", fitted.Fit.Output);
        Assert.Contains("epoch 2/2: loss ", fitted.Fit.Output);
        Assert.Contains("i/o/e", fitted.Fit.Output);
        Assert.True(File.Exists(fitted.Model));
    }

    [Fact]
    public void Info_FittedModel_NamesPartsAndClasses()
    {
        ToolResult result = Tool.Run("info", "--model", fitted.Model);
        result.AssertSuccess();
        Assert.Equal(
            ["part photo-loading", "part dense-model", "part sparse-refinement"],
            result.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("part ", StringComparison.Ordinal)));
        Assert.Contains("classes: class0, class1", result.Output);
        Assert.Contains("fraction:0.3", result.Output);
    }

    [Fact]
    public void Evaluate_FittedModel_WritesTheAgreedJson()
    {
        string json = _output["report.json"];
        ToolResult result = Tool.Run(
            "evaluate", "--model", fitted.Model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--json", json);
        result.AssertSuccess();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement root = document.RootElement;
        Assert.Equal(
            ["images", "classes", "initial", "refinerOnly", "ensembled", "density", "ms", "macs"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(3, root.GetProperty("images").GetInt32());
        Assert.Equal(["class0", "class1"], root.GetProperty("classes").EnumerateArray().Select(c => c.GetString()));
        foreach (string answer in (string[])["initial", "refinerOnly", "ensembled"])
        {
            Assert.Equal(
                ["mIoU", "maskMIoU", "pixelAccuracy", "perClassIoU"],
                root.GetProperty(answer).EnumerateObject().Select(p => p.Name));
            Assert.Equal(2, root.GetProperty(answer).GetProperty("perClassIoU").GetArrayLength());
        }

        Assert.Equal(
            ["decode", "dense", "select", "extract", "ensemble", "total"],
            root.GetProperty("ms").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["dense", "extract"], root.GetProperty("macs").EnumerateObject().Select(p => p.Name));
        Assert.Equal(0.3, root.GetProperty("density").GetDouble(), 0.02);
        Assert.Equal(["report.json"], _output.Files());
    }

    [Fact]
    public void Score_FolderWithOverlay_WritesIndexPngsOfThePhotosSize()
    {
        ToolResult result = Tool.Run(
            "score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", _output.Root, "--overlay");
        result.AssertSuccess();
        Assert.Equal(
            [".journal.lock", "journal.jsonl", "p0.overlay.png", "p0.png", "p1.overlay.png", "p1.png", "p2.overlay.png", "p2.png"], _output.Files());
        LabelMap map = IndexPng.Read(_output["p1.png"]);
        Assert.Equal((48, 64), (map.Height, map.Width));
        Assert.All(map.Labels, label => Assert.InRange(label, 0, 1));
    }

    [Fact]
    public void Score_SeveralFilesTwice_GivesTheSameBytes()
    {
        string[] files = [fitted.Folder["images/p0.png"], fitted.Folder["images/p2.png"]];
        Tool.Run(["score", "--model", fitted.Model, "--out", _output["a"], "--images", .. files]).AssertSuccess();
        Tool.Run(["score", "--model", fitted.Model, "--out", _output["b"], "--images", .. files]).AssertSuccess();
        Assert.Equal(File.ReadAllBytes(_output["a/p0.png"]), File.ReadAllBytes(_output["b/p0.png"]));
        Assert.Equal(File.ReadAllBytes(_output["a/p2.png"]), File.ReadAllBytes(_output["b/p2.png"]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3648, 5472)]
    public void Score_TinyOrHugePhoto_IsScored(int height, int width)
    {
        using TestFolder photos = new();
        photos.WritePhoto("x.jpg", height, width, seed: 1, noise: 0);

        // Few pixels: the size of the photo is tried here, not the network's speed in a debug build.
        string model = photos["m.sparserefine"];
        Tool.Run(
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", model, "--scale", "0.1", "--size-multiple", "1", "--selector", "fraction:0.01",
            "--planes", "4", "--reps", "1", "--epochs", "1", "--crop", "32x32").AssertSuccess();
        Tool.Run("score", "--model", model, "--images", photos["images"], "--out", _output.Root).AssertSuccess();
        LabelMap map = IndexPng.Read(_output["x.png"]);
        Assert.Equal((height, width), (map.Height, map.Width));
    }

    [Theory]
    [InlineData("entropy:5", 0)]
    [InlineData("fraction:1", 1)]
    public void Evaluate_NothingOrEverythingSelected_KeepsTheDenseAnswerOrRefinesAll(string selector, double density)
    {
        Tool.Run(
            "evaluate", "--model", fitted.Model, "--selector", selector, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--json", _output["r.json"]).AssertSuccess();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_output["r.json"]));
        Assert.Equal(density, document.RootElement.GetProperty("density").GetDouble(), 0.0001);
        if (density == 0)
        {
            Assert.Equal(
                document.RootElement.GetProperty("initial").GetProperty("mIoU").GetDouble(),
                document.RootElement.GetProperty("ensembled").GetProperty("mIoU").GetDouble());
        }
    }

    [Theory]
    [InlineData("fraction:1", true)]
    [InlineData("entropy:5", false)]
    public void Fit_SelectorThatSelectsAllOrNothing_TrainsOrSaysSo(string selector, bool trains)
    {
        ToolResult result = Tool.Run(
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", _output["m.sparserefine"], "--scale", "0.25", "--size-multiple", "1", "--selector", selector,
            "--planes", "4", "--reps", "1", "--epochs", "1", "--crop", "16x16");
        if (trains)
        {
            result.AssertSuccess();
            return;
        }

        result.AssertBadInput("expected crops with selected pixels that have a label, got none", "a selector that selects more");
        Assert.DoesNotContain("NaN", result.Output, StringComparison.Ordinal);
        Assert.Empty(_output.Files());
    }

    [Fact]
    public void Fit_CancelledBeforeTheFirstEpoch_KeepsNothing()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        ToolResult result = Tool.Run(
            source.Token, "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", _output["m.sparserefine"], "--planes", "4", "--reps", "1", "--epochs", "1");
        Assert.Equal(ExitCodes.Cancelled, result.Code);
        Assert.Empty(_output.Files());
    }

    [Fact]
    public void Score_Cancelled_ExitsWith130AndWritesNothing()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        ToolResult result = Tool.Run(
            source.Token, "score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", _output.Root);
        Assert.Equal(ExitCodes.Cancelled, result.Code);
        Assert.Empty(_output.Files());
    }
}
