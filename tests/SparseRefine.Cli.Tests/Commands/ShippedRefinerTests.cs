using System.Text.Json;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class ShippedRefinerTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_DenseWithShippedRefiner_LabelsAndGoesOn()
    {
        string[] words =
        [
            "score", "--dense", fitted.Dense, "--refiner", "shipped", "--selector", "fraction:0.2", "--images", fitted.Folder["images"], "--out", _folder["scored"], "--mask",
        ];
        Tool.Run(words).AssertSuccess();
        ToolResult again = Tool.Run(words);
        again.AssertSuccess();

        Assert.Equal(3, Directory.GetFiles(_folder["scored"], "*.mask.png").Length);
        Assert.Equal(6, Directory.GetFiles(_folder["scored"], "*.png").Length);

        // Another selector is another job.
        words[6] = "fraction:0.4";
        Tool.Run(words).AssertBadInput("a journal of the same job");
    }

    [Fact]
    public void Evaluate_DenseWithShippedRefiner_ReportsBothAnswers()
    {
        string json = _folder["report.json"];
        Tool.Run(
            "evaluate", "--dense", fitted.Dense, "--refiner", "shipped", "--selector", "fraction:0.25", "--images", fitted.Folder["images"],
            "--labels", fitted.Folder["labels"], "--json", json).AssertSuccess();

        JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal(0.25, root.GetProperty("density").GetDouble(), 1e-2);
        Assert.True(root.GetProperty("macs").GetProperty("extract").GetDouble() > 0);
    }

    [Fact]
    public void Bench_DenseWithShippedRefiner_TimesPhotos() => Tool.Run(
        "bench", "--dense", fitted.Dense, "--refiner", "shipped", "--scale", "0.25", "--images", fitted.Folder["images"], "--rounds", "1").AssertSuccess();

    [Theory]
    [InlineData("--refiner: expected shipped, got 'best'", "score", "--dense", "d.onnx", "--refiner", "best")]
    [InlineData("--model, --dense: expected one of them, got neither", "score")]
    [InlineData("--model, --dense: expected one of them, got both", "watch", "--folder", "f", "--model", "m", "--dense", "d.onnx")]
    [InlineData("--model: expected no --refiner beside it", "score", "--model", "m", "--refiner", "shipped")]
    [InlineData("--model: expected no --scale beside it", "score", "--model", "m", "--scale", "0.5")]
    [InlineData("--refiner: expected with --dense, got it without", "evaluate", "--model", "m", "--refiner", "shipped", "--labels", "l")]
    [InlineData("--refiner: expected only with --dense, got it with --model", "bench", "--model", "m", "--refiner", "shipped")]
    [InlineData("--density: expected only with --dense alone, got it with --refiner", "bench", "--dense", "d.onnx", "--refiner", "shipped", "--density", "0.1")]
    public void Command_BadCombination_IsOneLine(string expected, params string[] words) =>
        Tool.Run([.. words, .. words[0] == "watch" ? [] : (string[])["--images", "i"], .. words[0] is "score" or "watch" ? (string[])["--out", _folder["o"]] : []])
            .AssertBadInput(expected);

    [Fact]
    public void Score_NoSuchDenseModel_NamesIt() => Tool.Run(
        "score", "--dense", _folder["none.onnx"], "--refiner", "shipped", "--images", fitted.Folder["images"], "--out", _folder["o"]).AssertBadInput("none.onnx");
}
