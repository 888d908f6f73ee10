using System.Globalization;
using System.Text.Json;
using SparseRefine.Cli.Commands;
using SparseRefine.Cli.Reports;
using SparseRefine.Metrics;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class CalibrateTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Calibrate_Density_WritesAModelThatSelectsAtMostThatShare()
    {
        string model = _output["calibrated.sparserefine"];
        ToolResult result = Calibrate("--density", "0.2", "--out", model);
        result.AssertSuccess();
        Assert.Contains("entropy above", result.Output);
        Assert.Contains("ms a photo", result.Output);
        Assert.Contains("selector fraction:0.3 -> entropy:", result.Output);

        // Equal entropies, of which these photos have many, are selected together or not at all.
        Assert.InRange(Density(model), 0.05, 0.2);
        Assert.Equal(["calibrated.sparserefine"], _output.Files().Where(f => f.EndsWith(".sparserefine", StringComparison.Ordinal)));
    }

    [Fact]
    public void Calibrate_PlentyOfTime_TakesTheCurvesLastPoint()
    {
        string model = _output["calibrated.sparserefine"];
        ToolResult result = Calibrate("--ms", "1000000", "--out", model);
        result.AssertSuccess();
        string last = result.Output.Split('\n').Last(line => Cells(line).Length == 7);
        Assert.StartsWith("> ", Cells(last)[0]);
        Assert.Equal(double.Parse(Cells(last)[1].TrimEnd('%', ' '), CultureInfo.InvariantCulture) / 100, Density(model), 1e-4);

        static string[] Cells(string line) => line.Split(['|', '│'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Calibrate_Time_MarksAndMeasuresTheChosenThreshold()
    {
        Calibrate("--density", "0.2", "--out", _output["a.sparserefine"]).AssertSuccess();
        ToolResult result = Tool.Run(
            "calibrate", "--model", _output["a.sparserefine"], "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--ms", "1000000", "--out", _output["b.sparserefine"]);
        result.AssertSuccess();
        Assert.Single(result.Output.Split('\n'), line => line.Contains("> 0.", StringComparison.Ordinal));
        Assert.Matches("mIoU 0[.][0-9]+ at the model's threshold, 0[.][0-9]+ at the new one", result.Output);
    }

    [Fact]
    public void Calibrate_NoWish_TakesTheKnee()
    {
        Calibrate("--out", _output["a.sparserefine"]).AssertSuccess();
        Calibrate("--knee", "--out", _output["b.sparserefine"]).AssertSuccess();
        Assert.Equal(File.ReadAllBytes(_output["a.sparserefine"]), File.ReadAllBytes(_output["b.sparserefine"]));
    }

    [Fact]
    public void Calibrate_LittleTime_IsBadInput()
    {
        Calibrate("--ms", "0.001", "--out", _output["no.sparserefine"]).AssertBadInput("--ms", "expected", "got");
        Assert.Empty(_output.Files());
    }

    [Theory]
    [InlineData("--density", "0")]
    [InlineData("--density", "1.5")]
    [InlineData("--ms", "-1")]
    public void Calibrate_BadOption_NamesIt(string option, string value)
        => Calibrate(option, value, "--out", _output["no.sparserefine"]).AssertBadInput(option, "expected", "got");

    [Fact]
    public void Calibrate_TwoWishes_IsBadInput()
        => Calibrate("--density", "0.1", "--knee", "--out", _output["no.sparserefine"]).AssertBadInput("--density, --ms, --knee");

    [Theory]
    [InlineData("auto:density=0.2", 0.2)]
    [InlineData("auto", 1)]
    public void Fit_AutomaticSelector_PrintsTheCurveAndFitsWithItsThreshold(string selector, double most)
    {
        string model = _output["auto.sparserefine"];
        ToolResult result = Tool.Run(
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--validation-images", fitted.Folder["images"], "--validation-labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--out", model, "--scale", "0.25", "--selector", selector, "--planes", "4",
            "--reps", "1", "--epochs", "1", "--batch", "2", "--crop", "32x32", "--class-weights", "1,2", "--photometric", "0",
            "--average-weights", "0.9");
        result.AssertSuccess();
        Assert.Contains("errors among them", result.Output);
        Assert.Contains("mIoU were they right", result.Output);
        Assert.Contains("selector entropy:", result.Output);
        Assert.InRange(Density(model), 0.01, most);
    }

    [Fact]
    public void Fit_WorkspaceOfAFinishedFit_GivesTheSameModelWithoutTraining()
    {
        string[] words =
        [
            "fit", "--keep-anyway", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--classes", fitted.Classes, "--scale", "0.25", "--selector", "fraction:0.3", "--planes", "4", "--reps", "1",
            "--epochs", "2", "--batch", "2", "--crop", "32x32", "--workspace", _output["workspace"], "--out",
        ];
        Tool.Run([.. words, _output["a.sparserefine"]]).AssertSuccess();
        ToolResult again = Tool.Run([.. words, _output["b.sparserefine"]]);
        again.AssertSuccess();
        Assert.DoesNotContain("epoch 1/2: loss", again.Output);
        Assert.Contains("kept the best epoch", again.Output);
        Assert.Equal(File.ReadAllBytes(_output["a.sparserefine"]), File.ReadAllBytes(_output["b.sparserefine"]));
    }

    [Fact]
    public void DensityFor_APointDisturbed_CountsTheFasterOneOfMorePixels()
    {
        MeasuredPoint[] curve = [Point(0.1, 900), Point(0.2, 200), Point(0.3, 400)];
        Assert.Equal(0.2, CalibrateRun.DensityFor(200, curve), 1e-12);
        Assert.Equal(0.25, CalibrateRun.DensityFor(300, curve), 1e-12);
    }

    [Fact]
    public void DensityFor_BetweenPoints_IsLinear()
    {
        MeasuredPoint[] curve = [Point(0.1, 100), Point(0.2, 300), Point(0.3, 400)];
        Assert.Equal(0.1, CalibrateRun.DensityFor(100, curve), 1e-12);
        Assert.Equal(0.15, CalibrateRun.DensityFor(200, curve), 1e-12);
        Assert.Equal(0.28, CalibrateRun.DensityFor(380, curve), 1e-12);
        Assert.Equal(0.3, CalibrateRun.DensityFor(500, curve), 1e-12);
    }

    private static MeasuredPoint Point(double density, double milliseconds)
        => new(new CalibrationPoint(0.1f, density, 0.5, 0.9), new RefinementEvaluation(2), milliseconds);

    private ToolResult Calibrate(params string[] more) => Tool.Run(
        ["calibrate", "--model", fitted.Model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], .. more]);

    private double Density(string model)
    {
        string json = _output["report.json"];
        Tool.Run(
            "evaluate", "--model", model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--json", json)
            .AssertSuccess();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(json));
        return document.RootElement.GetProperty("density").GetDouble();
    }
}
