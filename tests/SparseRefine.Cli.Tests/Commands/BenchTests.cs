using System.Text.Json;
using SparseRefine.MLNet;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class BenchTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bench_Scene_WritesTheAgreedJson()
    {
        string json = _folder["out/bench.json"];
        ToolResult result = Tool.Run(
            "bench", "--dense", fitted.Dense, "--size", "64x96", "--density", "0.1", "--planes", "4,8", "--rounds", "2", "--threads", "1",
            "--json", json);
        result.AssertSuccess();
        Assert.Contains("about speed only", result.Output);
        Assert.Contains("full 64x96, low 32x64", result.Output);
        Assert.Contains("round 2/2: full ", result.Output);
        JsonElement root = AssertSchema(json);
        Assert.Equal(Math.Round(0.1 * 64 * 96) / (64 * 96), root.GetProperty("density").GetDouble(), 1e-12);
        Assert.Equal(1, root.GetProperty("threads").GetInt32());
        Assert.Equal(["bench.json"], Directory.GetFiles(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Bench_SceneTwice_CountsTheSameWork()
    {
        double[] counts = [.. Enumerable.Range(0, 2).Select(i =>
        {
            string json = _folder[$"{i}.json"];
            Tool.Run(
                "bench", "--dense", fitted.Dense, "--size", "64x64", "--density", "0.2", "--planes", "4", "--reps", "1", "--rounds", "1",
                "--seed", "7", "--features", "p", "--json", json).AssertSuccess();
            return AssertSchema(json).GetProperty("macs").GetDouble();
        })];
        Assert.Equal(counts[0], counts[1]);

        // The dense model is a 1x1 convolution of 3 channels to 2 on 32x32; the refiner adds at least its last layer, 4 to 2 on 819 sites.
        Assert.True(counts[0] > (3 * 2 * 32 * 32) + (4 * 2 * 819), $"macs: {counts[0]}");
    }

    [Fact]
    public void Bench_PairOfFixedModels_Runs()
    {
        string low = _folder.Write("low.onnx", TinyModels.Brightness(height: 32, width: 48));
        string full = _folder.Write("full.onnx", TinyModels.Brightness(height: 64, width: 96));
        ToolResult result = Tool.Run(
            "bench", "--dense", low, "--full-dense", full, "--size", "64x96", "--density", "0.5", "--planes", "4", "--rounds", "1", "--threads", "1");
        result.AssertSuccess();
        Assert.Contains("full 64x96, low 32x48", result.Output);
        Assert.Contains("1 photo, 1 round, 1 thread ", result.Output);
    }

    [Fact]
    public void Bench_ModelOnPhotos_MeasuresItsOwnDensity()
    {
        string json = _folder["bench.json"];
        ToolResult result = Tool.Run(
            "bench", "--model", fitted.Model, "--images", fitted.Folder["images"], "--rounds", "2", "--json", json);
        result.AssertSuccess();
        Assert.Contains("3 photos, 2 rounds", result.Output);
        JsonElement root = AssertSchema(json);
        Assert.Equal(0.3, root.GetProperty("density").GetDouble(), 0.001);
        Assert.True(root.GetProperty("ms").GetProperty("decode").GetDouble() > 0);
        Assert.Equal(Environment.ProcessorCount, root.GetProperty("threads").GetInt32());
    }

    [Fact]
    public void Bench_TimeBudgetWithoutACost_MeasuresItAsScoreDoes()
    {
        string budget = _folder["budget.sparserefine"];
        using (SegmentationModel model = SegmentationModel.Load(fitted.Model))
        using (SegmentationModel other = model.WithSelector(PixelSelector.Parse("time:100000")))
        {
            other.Save(budget);
        }

        string json = _folder["bench.json"];
        Tool.Run("bench", "--model", budget, "--images", fitted.Folder["images"], "--rounds", "1", "--json", json).AssertSuccess();
        Assert.Equal(1, AssertSchema(json).GetProperty("density").GetDouble());
    }

    [Fact]
    public void Bench_ModelWithAnotherFullModel_RunsIt()
    {
        string full = _folder.Write("full.onnx", TinyModels.Brightness(height: 48, width: 64));
        Tool.Run("bench", "--model", fitted.Model, "--images", fitted.Folder["images"], "--full-dense", full, "--rounds", "1")
            .AssertSuccess();
    }

    [Fact]
    public void Bench_FullModelOfOtherClasses_IsBadInput()
    {
        string full = _folder.Write("full.onnx", TinyModels.ThreeClasses());
        Tool.Run(Scene("--full-dense", full)).AssertBadInput("full.onnx", "expected scores of 2 classes", "got 3");
        Tool.Run("bench", "--model", fitted.Model, "--images", fitted.Folder["images"], "--full-dense", full)
            .AssertBadInput("full.onnx", "expected scores of 2 classes", "got 3");
    }

    [Fact]
    public void Bench_FixedModelAlone_AsksForTheFullOne()
    {
        string low = _folder.Write("low.onnx", TinyModels.Brightness(height: 32, width: 48));
        Tool.Run("bench", "--dense", low, "--size", "64x96", "--density", "0.1")
            .AssertBadInput("--dense", "--full-dense", "low.onnx", "32x48 only");
    }

    [Fact]
    public void Bench_FullModelOfAnotherFixedSize_IsBadInput()
    {
        string full = _folder.Write("full.onnx", TinyModels.Brightness(height: 32, width: 48));
        Tool.Run(Scene("--full-dense", full)).AssertBadInput("--size", "32x48", "full.onnx", "got 64x64");
    }

    [Fact]
    public void Bench_ScaleOfAFixedModel_IsBadInput()
    {
        string low = _folder.Write("low.onnx", TinyModels.Brightness(height: 32, width: 48));
        Tool.Run("bench", "--dense", low, "--full-dense", fitted.Dense, "--size", "64x96", "--density", "0.1", "--scale", "0.25")
            .AssertBadInput("--scale", "fixed size", "low.onnx");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("much")]
    public void Bench_DensityOutOfRange_IsBadInput(string density) => Tool.Run(
        "bench", "--dense", fitted.Dense, "--size", "64x64", "--density", density).AssertBadInput("--density", $"got '{density}'");

    [Theory]
    [InlineData("64")]
    [InlineData("8x64")]
    [InlineData("60000x60000")]
    public void Bench_SizeOutOfRange_IsBadInput(string size) => Tool.Run(
        "bench", "--dense", fitted.Dense, "--size", size, "--density", "0.1").AssertBadInput("--size", $"got '{size}'");

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--threads", "-1")]
    [InlineData("--planes", "16,x")]
    [InlineData("--features", "rgb,q")]
    [InlineData("--scale", "2")]
    [InlineData("--reps", "0")]
    public void Bench_BadOption_IsBadInput(string option, string value) => Tool.Run(Scene(option, value)).AssertBadInput(option);

    [Fact]
    public void Bench_NoForm_IsBadInput() => Tool.Run("bench").AssertBadInput("--model, --dense", "got none");

    [Fact]
    public void Bench_BothForms_IsBadInput() => Tool.Run(Scene("--model", fitted.Model)).AssertBadInput("--model, --dense", "got both");

    [Fact]
    public void Bench_OptionOfTheOtherForm_IsBadInput()
    {
        Tool.Run(Scene("--images", fitted.Folder["images"])).AssertBadInput("--images", "only with --model");
        Tool.Run("bench", "--model", fitted.Model, "--images", fitted.Folder["images"], "--density", "0.1")
            .AssertBadInput("--density", "only with --dense");
    }

    [Fact]
    public void Bench_MissingOption_IsBadInput()
    {
        Tool.Run("bench", "--model", fitted.Model).AssertBadInput("--images", "expected with --model");
        Tool.Run("bench", "--dense", fitted.Dense, "--size", "64x64").AssertBadInput("--density", "expected with --dense");
    }

    [Fact]
    public void Bench_EmptyFolder_IsBadInput()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Tool.Run("bench", "--model", fitted.Model, "--images", _folder["empty"]).AssertBadInput("--images", "empty", "got none");
    }

    [Fact]
    public void Bench_NoModel_IsBadInput() => Tool.Run(
        "bench", "--dense", _folder["no.onnx"], "--size", "64x64", "--density", "0.1").AssertBadInput("no.onnx", "expected an ONNX file");

    [Fact]
    public void Bench_ModelWithoutScores_IsBadInput()
    {
        string dense = _folder.Write("pooled.onnx", TinyModels.WithoutScores());
        Tool.Run("bench", "--dense", dense, "--size", "64x64", "--density", "0.1").AssertBadInput("pooled.onnx", "score output");
    }

    [Fact]
    public void Bench_JsonIsAFolder_IsBadInput() => Tool.Run(Scene("--json", _folder.Root)).AssertBadInput("--json", "expected a file name");

    [Fact]
    public void Bench_Cancelled_KeepsNothing()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        string json = _folder["bench.json"];
        ToolResult result = Tool.Run(source.Token, Scene("--json", json));
        Assert.Equal(ExitCodes.Cancelled, result.Code);
        Assert.Empty(_folder.Files());
    }

    private static JsonElement AssertSchema(string json)
    {
        JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal(
            ["ratio", "fullMs", "lowMs", "oursMs", "ms", "density", "macs", "peakBytes", "threads"],
            root.EnumerateObject().Select(p => p.Name));
        JsonElement ms = root.GetProperty("ms");
        Assert.Equal(["decode", "dense", "select", "extract", "ensemble", "total"], ms.EnumerateObject().Select(p => p.Name));
        double ours = root.GetProperty("oursMs").GetDouble();
        Assert.Equal(root.GetProperty("fullMs").GetDouble() / ours, root.GetProperty("ratio").GetDouble(), 1e-9);
        double stages = ms.EnumerateObject().Where(p => p.Name != "total").Sum(p => p.Value.GetDouble());
        Assert.Equal(stages, ms.GetProperty("total").GetDouble(), 1e-6);
        Assert.Equal(stages - ms.GetProperty("decode").GetDouble(), ours, 1e-6);
        Assert.True(root.GetProperty("lowMs").GetDouble() > 0);
        Assert.True(root.GetProperty("macs").GetDouble() > 0);
        Assert.True(root.GetProperty("peakBytes").GetInt64() > 10_000_000, "peakBytes is that of a whole process");
        return root;
    }

    private string[] Scene(params string[] more) =>
        ["bench", "--dense", fitted.Dense, "--size", "64x64", "--density", "0.1", "--planes", "4", "--rounds", "1", .. more];
}
