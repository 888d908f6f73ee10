using System.Text.Json;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class TwoColumnTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("two-column", "learned:0.25:16")]
    [InlineData("two-column", "entropy:0.3")]
    [InlineData("sparse-refine", "learned:0.25:16")]
    [InlineData("sparse-refine", "entropy:0.3")]
    public void Fit_AnyCombination_ServesEveryCommand(string method, string selector)
    {
        Tool.Run(Words("m", "--method", method, "--selector", selector)).AssertSuccess();
        string json = _folder["report.json"];
        Tool.Run(
            "evaluate", "--model", _folder["m"], "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--json", json).AssertSuccess();
        Tool.Run("score", "--model", _folder["m"], "--images", fitted.Folder["images"], "--out", _folder["scored"]).AssertSuccess();
        Tool.Run("bench", "--model", _folder["m"], "--images", fitted.Folder["images"], "--rounds", "1").AssertSuccess();
        ToolResult info = Tool.Run("info", "--model", _folder["m"]);
        info.AssertSuccess();

        Assert.Contains($"selector: {selector}", info.Output);
        Assert.Equal(method == "two-column", info.Output.Contains("network: fine-column", StringComparison.Ordinal));
        Assert.Equal(selector[0] == 'l', info.Output.Contains("selector.safetensors", StringComparison.Ordinal));
        Assert.Equal(3, Directory.GetFiles(_folder["scored"], "*.png").Length);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.True(root.GetProperty("macs").GetProperty("extract").GetDouble() > 0);
        if (selector[0] == 'l')
        {
            // A quarter of the twelve blocks of a photo.
            Assert.Equal(0.25, root.GetProperty("density").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public void Evaluate_OtherShare_UsesTheModelsOwnWeights()
    {
        Tool.Run(Words("m", "--method", "two-column", "--selector", "learned:0.25:16")).AssertSuccess();
        string[] words = ["evaluate", "--model", _folder["m"], "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"]];
        string json = _folder["report.json"];

        Tool.Run([.. words, "--selector", "learned:0.5:16", "--json", json]).AssertSuccess();

        Assert.Equal(0.5, JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("density").GetDouble(), 1e-9);
        Tool.Run([.. words, "--selector", "entropy:0.3"]).AssertSuccess();
        words[2] = fitted.Model;
        Tool.Run([.. words, "--selector", "learned:0.5"]).AssertBadInput(
            "selector: expected a learned one with weights, or a refiner whose own has some, got 'learned:0.5' and 'fraction:0.3'");
        Tool.Run([.. words, "--selector", "half"]).AssertBadInput("--selector: ");
    }

    [Fact]
    public void Bench_Scene_RefinesWholeBlocks()
    {
        string json = _folder["bench.json"];
        ToolResult bench = Tool.Run(
            "bench", "--dense", fitted.Dense, "--size", "128x160", "--density", "0.2", "--planes", "4,8", "--rounds", "1", "--method", "two-column",
            "--json", json);

        bench.AssertSuccess();
        JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal(4 / 20.0, root.GetProperty("density").GetDouble(), 1e-9);
    }

    [Fact]
    public void Fit_UncropResidualUnitsAndFeatures_AreKeptByTheFileAndAWarmStart()
    {
        string[] dense = ["--dense-features", "scores", "--uncrop", "--area-weight", "2"];
        Tool.Run(Words("first", ["--method", "two-column", "--selector", "learned:0.25:16", "--residual-units", .. dense])).AssertSuccess();
        Tool.Run(Words("second", ["--warm-start", _folder["first"], "--selector", "learned:0.5:16", .. dense])).AssertSuccess();
        string info = Tool.Run("info", "--model", _folder["second"]).Output;

        Assert.Contains("residuals: true", info);
        Assert.Contains("coarseFeatures: 2", info);
        Assert.Contains("featureOutputName: scores", info);
        Assert.Contains("selector: learned:0.5:16", info);
    }

    [Fact]
    public void Fit_WarmStartWithOtherDenseFeatures_IsBadInput()
    {
        Tool.Run(Words("with", "--method", "two-column", "--dense-features", "scores")).AssertSuccess();
        Tool.Run(Words("m", "--warm-start", _folder["with"]))
            .AssertBadInput("warm start: expected 2 inner features of the dense model (--dense-features), which its refiner reads, got none");
        Tool.Run(Words("without", "--method", "two-column")).AssertSuccess();
        Tool.Run(Words("m", "--warm-start", _folder["without"], "--dense-features", "scores"))
            .AssertBadInput("warm start: expected no inner features of the dense model (--dense-features), as its refiner reads none, got 2");
    }

    [Fact]
    public void Fit_InterruptedWithWorkspace_GoesOnToTheSameFile()
    {
        string[] more = ["--method", "two-column", "--selector", "learned:0.25:16", "--epochs", "3"];
        Tool.Run(Words("straight", more)).AssertSuccess();
        Assert.Equal(ExitCodes.Cancelled, Tool.RunUntil("epoch 1/3", Words("resumed", [.. more, "--workspace", _folder["work"]])).Code);
        Tool.Run(Words("resumed", [.. more, "--workspace", _folder["work"]])).AssertSuccess();

        Assert.Equal(File.ReadAllBytes(_folder["straight"]), File.ReadAllBytes(_folder["resumed"]));
    }

    [Theory]
    [InlineData("--method", "both", "--method: expected sparse-refine or two-column, got 'both'")]
    [InlineData("--selector", "learned:2", "--selector: ")]
    [InlineData("--dense-features", "nothing", "expected a value 'nothing' in the graph (FeatureOutputName, --dense-features), got none; the nearest are ")]
    [InlineData("--dense-features", "auto", "(--dense-features auto), got none that can be told from the graph; name one")]
    [InlineData("--residual-units", null, "--residual-units: expected --method two-column beside it")]
    public void Fit_BadOption_IsBadInput(string option, string? value, string expected) =>
        Tool.Run(Words("m", value is null ? [option] : [option, value])).AssertBadInput(expected);

    private string[] Words(string output, params string[] more)
    {
        string[] selector = more.Contains("--selector") ? [] : ["--selector", "fraction:0.3"];
        string[] shape = more.Contains("--warm-start") ? [] : ["--planes", "4,6", "--reps", "1"];
        string[] epochs = more.Contains("--epochs") ? [] : ["--epochs", "1"];
        return
        [
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", _folder[output], "--scale", "0.25", "--size-multiple", "1",
            "--batch", "1", "--crop", "48x64", .. selector, .. shape, .. epochs, .. more,
        ];
    }
}
