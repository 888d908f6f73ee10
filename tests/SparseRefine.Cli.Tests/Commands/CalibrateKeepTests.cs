using System.Globalization;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class CalibrateKeepTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Calibrate_Keep_TakesTheLeastPixelsThatKeepIt(bool hasLabels)
    {
        string[] truth = hasLabels ? ["--labels", fitted.Folder["labels"]] : ["--teacher", "full"];
        ToolResult result = Calibrate([.. truth, "--keep", "0.02", "--out", _output["m.sparserefine"]]);
        result.AssertSuccess();
        Assert.Contains("teacher: the dense model at scale 1", result.Output);
        Assert.Contains(hasLabels ? "mIoU 0." : "1.0000 of the teacher: 2 % of the way is", result.Output);
        (bool IsChosen, double Kept)[] rows = [.. Rows(result)];
        int chosen = Array.FindIndex(rows, row => row.IsChosen);
        Assert.InRange(chosen, 0, rows.Length - 1);
        Assert.True(rows[chosen].Kept >= 2, result.Output);
        Assert.All(rows[..chosen], row => Assert.True(row.Kept <= 2, result.Output));
        Assert.True(File.Exists(_output["m.sparserefine"]));
    }

    [Fact]
    public void Calibrate_NothingKeepsSoMuch_EndsWithItsOwnCodeUnlessTold()
    {
        string[] words = ["--labels", fitted.Folder["labels"], "--keep", "1", "--out", _output["m.sparserefine"]];
        ToolResult result = Calibrate(words);
        Assert.Equal(ExitCodes.NoBetter, result.Code);
        Assert.Contains("no share of the pixels keeps 100 %; the most is ", result.Output);
        Assert.Contains("nothing is written", result.Output);
        Assert.Empty(_output.Files());

        ToolResult anyway = Calibrate([.. words, "--keep-anyway"]);
        anyway.AssertSuccess();
        (bool IsChosen, double Kept)[] rows = [.. Rows(anyway)];
        Assert.Equal(rows.Max(row => row.Kept), rows.Single(row => row.IsChosen).Kept);
        Assert.Equal(["m.sparserefine"], _output.Files());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.01")]
    [InlineData("x")]
    public void Calibrate_KeepOutOfRange_IsBadInput(string keep) =>
        Calibrate("--labels", fitted.Folder["labels"], "--keep", keep, "--out", _output["m"]).AssertBadInput($"--keep: expected a number above 0, at most 1, got '{keep}'");

    [Fact]
    public void Calibrate_NeitherLabelsNorTeacher_IsBadInput() =>
        Calibrate("--keep", "0.9", "--out", _output["m"]).AssertBadInput("--labels: expected a folder of labels, or --teacher for photos without, got neither");

    [Fact]
    public void Calibrate_KeepAnywayWithoutKeep_IsBadInput() =>
        Calibrate("--labels", fitted.Folder["labels"], "--keep-anyway", "--out", _output["m"]).AssertBadInput("--keep-anyway: expected --keep beside it, got none");

    [Fact]
    public void Calibrate_TeacherNoBetter_NamesBothScores() => Calibrate(
        "--labels", fitted.Folder["labels"], "--teacher", "full", "--teacher-size", "0.1", "--keep", "0.9", "--out", _output["m"])
        .AssertBadInput("--keep: expected a teacher that is better on these photos than the cheapest dense answer, mIoU 0.");

    private ToolResult Calibrate(params string[] more) =>
        Tool.Run(["calibrate", "--model", fitted.Model, "--images", fitted.Folder["images"], .. more]);

    private static IEnumerable<(bool IsChosen, double Kept)> Rows(ToolResult result) => result.Output.Split('\n')
        .Select(line => line.Split(['|', '│'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(cells => cells.Length == 8 && cells[7].EndsWith('%'))
        .Select(cells => (cells[0].StartsWith('>'), double.Parse(cells[7].TrimEnd('%', ' '), CultureInfo.InvariantCulture)));
}
