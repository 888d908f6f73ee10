using System.Text.Json;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>A dense model without any refiner, tried in one line.</summary>
public sealed class DenseAloneTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _model;

    public DenseAloneTests()
    {
        _model = _folder.Write("model.onnx", TinyModels.Brightness());
        _folder.WritePhoto("a.png", 40, 60, seed: 1);
        _folder.WritePhoto("b.png", 40, 60, seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    private ToolResult Score(params string[] more) => Tool.Run(["score", "--dense", _model, "--scale", "1", "--size-multiple", "1", "--images", _folder["images"], "--out", _folder["out"], .. more]);

    [Fact]
    public void Score_WithEveryResult_WritesWhatTheLibraryAnswers()
    {
        Score("--overlay", "--entropy", "--report", _folder["page"]).AssertSuccess();
        Assert.Equal(
            [".journal.lock", "a.entropy.png", "a.overlay.png", "a.png", "b.entropy.png", "b.overlay.png", "b.png", "journal.jsonl"],
            Directory.EnumerateFiles(_folder["out"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Contains("a.png", File.ReadAllText(_folder["page/report.html"]), StringComparison.Ordinal);
        using MLNet.SegmentationModel model = MLNet.SegmentationModel.FromOnnx(_model, new Onnx.DenseModelOptions { Scale = 1, SizeMultiple = 1 });
        using MLNet.SegmentationResult expected = model.Predict(_folder["images/a.png"]);
        Assert.Equal(expected.Labels.Labels, IndexPng.Read(_folder["out/a.png"]).Labels);
        Assert.Equal(2, expected.Labels.Labels.Distinct().Count());
    }

    [Fact]
    public void Score_Again_GoesOnWithTheSameOptionsOnly()
    {
        Score().AssertSuccess();
        Assert.Contains("0 scored, 0 failed, 2 were there", Score().Output);
        Score("--interpolation", "nearest").AssertBadInput("expected a journal of the same job");
        Assert.Contains("2 scored", Score("--interpolation", "nearest", "--resume", "false").Output);
    }

    [Fact]
    public void Score_ClassNamesBesideTheModel_AreInTheJournalAndInDistinctColors()
    {
        _folder.Write("config.json", """{ "id2label": { "0": "wall", "1": "sky" } }""");
        Score().AssertSuccess();
        JsonElement[] lines = [.. File.ReadLines(_folder["out/journal.jsonl"]).Skip(1).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, line => Assert.All(line.GetProperty("shares").EnumerateObject(), share => Assert.Contains(share.Name, (string[])["wall", "sky"])));
        Assert.Equal(["sky", "wall"], lines.SelectMany(line => line.GetProperty("shares").EnumerateObject().Select(share => share.Name)).Distinct().Order());
    }

    [Theory]
    [InlineData("--mask", "--mask: expected --refiner beside --dense")]
    [InlineData("--selector", "--selector: expected --refiner beside it", "entropy:0.1")]
    public void Score_WhatOnlyARefinerGives_IsRefused(string option, string expected, params string[] value) => Score([option, .. value]).AssertBadInput(expected);

    [Fact]
    public void Info_ByTheOptionOfTheOthers_TellsOfTheModel()
    {
        ToolResult info = Tool.Run("info", "--dense", _model);
        info.AssertSuccess();
        Assert.Equal(Tool.Run("info", "--model", _model).Output, info.Output);
    }

    [Fact]
    public void Export_OfADenseModel_IsAGraphFromPhotoToLabels() =>
        Tool.Run("export", "--dense", _model, "--scale", "1", "--size-multiple", "1", "--out", _folder["graph.onnx"]).AssertSuccess();
}
