using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class FitKeepTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_KeepWithLabels_SavesTheCheapestThatKeepsItAndAPlot()
    {
        string[] words = Words("m.sparserefine", "0.3", "--labels", fitted.Folder["labels"], "--workspace", _folder["work"]);
        ToolResult result = Tool.Run(words);
        result.AssertSuccess();
        Assert.Contains("keeping 30 % of what the dense model at scale 1 is better: at most 6 fits of 1 epochs and 3 whole ones", result.Output);
        string[][] rows = Rows(result);
        string[] chosen = rows.Single(row => row[0].StartsWith('>'));
        Assert.True(Kept(chosen) >= 29.9, result.Output);
        Assert.Equal("teacher", rows[^1][0]);
        Assert.Contains("chosen: dense model", result.Output);
        Assert.Contains("<svg", File.ReadAllText(_folder["m.svg"]));
        Tool.Run("score", "--model", _folder["m.sparserefine"], "--images", fitted.Folder["images"], "--out", _folder["answers"]).AssertSuccess();

        ToolResult again = Tool.Run(words);
        again.AssertSuccess();
        Assert.DoesNotContain("fit: ", again.Output);
        Assert.Equal(result.Output[result.Output.IndexOf("chosen: ", StringComparison.Ordinal)..], again.Output[again.Output.IndexOf("chosen: ", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Fit_KeepWithoutLabels_FitsBehindTheScaleThatIsGivenAndAsksTheTeacherOnce()
    {
        ToolResult result = Tool.Run(Words("m.sparserefine", "0.01", "--teacher", "full", "--scale", "0.25", "--workspace", _folder["work"]));
        Assert.Contains("at most 2 fits of 1 epochs and 2 whole ones", result.Output);
        Assert.Contains("1.0000 of the teacher: 1 % of the way is", result.Output);
        Assert.Contains("fit: dense model at 0.25, network 8 (1 epoch)", result.Output);
        Assert.Contains("fit: dense model at 0.25, network 4 (1 epoch)", result.Output);
        Assert.Contains($"teacher: 3 photos, 1 answers found in {_folder["work"]}, 2 made in ", result.Output);
        Assert.Contains($"teacher: 3 photos, 3 answers found in {_folder["work"]};", result.Output);
        Assert.Contains(result.Code, new[] { ExitCodes.Success, ExitCodes.NoBetter });
        Assert.Equal(result.Code == ExitCodes.Success, File.Exists(_folder["m.sparserefine"]));
    }

    [Fact]
    public void Fit_NothingKeepsSoMuch_EndsWithItsOwnCodeUnlessTold()
    {
        string[] words = Words("m.sparserefine", "1", "--labels", fitted.Folder["labels"], "--scale", "0.25", "--workspace", _folder["work"]);
        ToolResult result = Tool.Run(words);
        Assert.True(result.Code == ExitCodes.NoBetter, result.Output + result.Error);
        Assert.Contains("nothing keeps 100 %, and nothing is written but", result.Output);
        Assert.False(File.Exists(_folder["m.sparserefine"]));

        ToolResult anyway = Tool.Run([.. words, "--keep-anyway"]);
        anyway.AssertSuccess();
        Assert.Contains("nothing keeps so much; the best: ", anyway.Output);
        Assert.True(File.Exists(_folder["m.sparserefine"]));
    }

    [Fact]
    public void Fit_KeepInterrupted_GoesOnWhereItWas()
    {
        string[] words = Words("m.sparserefine", "0.01", "--labels", fitted.Folder["labels"], "--scale", "0.25", "--workspace", _folder["work"], "--epochs", "8");
        ToolResult stopped = Tool.RunUntil("epoch 1/2", words);
        Assert.Equal(ExitCodes.Cancelled, stopped.Code);
        Assert.EndsWith($"cancelled, no model is written; the same command goes on from {_folder["work"]}", stopped.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("", stopped.Error);
        Assert.False(File.Exists(_folder["m.sparserefine"]));

        ToolResult again = Tool.Run(words);
        Assert.Contains("goes on after ", again.Output);
        Assert.Contains(again.Code, new[] { ExitCodes.Success, ExitCodes.NoBetter });
    }

    [Theory]
    [InlineData("--selector", "entropy:0.1")]
    [InlineData("--warm-start", "x")]
    public void Fit_KeepBesideWhatItChooses_IsBadInput(string option, string value) =>
        Tool.Run(Words("m", "0.9", "--labels", fitted.Folder["labels"], option, value)).AssertBadInput($"--keep: expected no {option} beside it");

    [Theory]
    [InlineData("0")]
    [InlineData("1.5")]
    public void Fit_KeepOutOfRange_IsBadInput(string keep) =>
        Tool.Run(Words("m", keep, "--labels", fitted.Folder["labels"])).AssertBadInput($"--keep: expected a number above 0, at most 1, got '{keep}'");

    [Fact]
    public void Fit_KeepIntoTheFileOfItsPlot_IsBadInput() => Tool.Run(Words("m.svg", "0.9", "--labels", fitted.Folder["labels"]))
        .AssertBadInput($"--out: expected a name that does not end with .svg, as the plot beside it does, got {_folder["m.svg"]}");

    [Fact]
    public void Fit_KeepWithoutLabelsAndTeacher_IsBadInput() =>
        Tool.Run(Words("m", "0.9")).AssertBadInput("--labels: expected a folder of labels, or --teacher for photos without, got neither");

    [Fact]
    public void Fit_KeepWithSeveralDenseModels_IsBadInput() =>
        Tool.Run(Words("m", "0.9", "--labels", fitted.Folder["labels"], "--dense", fitted.Dense, "--out", _folder["n"])).AssertBadInput("--keep: expected one --dense beside it, got 2");

    [Fact]
    public void Fit_KeepWithAModelOfOneSizeAndNoTeachersFile_SaysSo()
    {
        string fixedSize = _folder.Write("fixed.onnx", TinyModels.Brightness(1, 16, 16));
        string[] words = [.. Words("m", "0.9", "--labels", fitted.Folder["labels"]).Select(word => word == fitted.Dense ? fixedSize : word)];
        Tool.Run(words).AssertBadInput($"--teacher full: expected a dense model that takes any size, or a teacher's file instead, got {fixedSize}");
    }

    private string[] Words(string output, string keep, params string[] more)
    {
        string[] epochs = more.Contains("--epochs") ? [] : ["--epochs", "4"];
        return
        [
            "fit", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--classes", fitted.Classes, "--out", _folder[output], "--keep", keep,
            "--size-multiple", "1", "--batch", "1", "--crop", "32x32", "--planes", "8", "--reps", "1", "--learning-rate", "0.01", .. epochs, .. more,
        ];
    }

    private static string[][] Rows(ToolResult result) =>
    [
        .. result.Output.Split('\n')
            .Select(line => line.Split(['|', '│'], StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 8 && cells[6].EndsWith('%'))
            .Select(cells => cells[1..^1]),
    ];

    private static double Kept(string[] row) => double.Parse(row[5].TrimEnd('%', ' '), System.Globalization.CultureInfo.InvariantCulture);
}
