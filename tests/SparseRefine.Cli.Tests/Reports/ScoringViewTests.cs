using System.Text;
using Microsoft.ML.Data;
using SparseRefine.Batch;
using SparseRefine.Cli.Commands;
using SparseRefine.Cli.Reports;
using SparseRefine.Cli.Tests.Commands;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Reports;

public sealed class ScoringViewTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private static readonly ScoringJobInfo Info = new()
    {
        ModelFile = "models/[x].sparserefine",
        ModelHash = "0",
        OutputFolder = "answers",
        JournalFile = "j",
        FailedFile = "f",
        Results = new ScoringResults(),
        Total = 200,
        Skipped = 20,
        Workers = 2,
        Time = default,
    };

    private static readonly ScoringProgress Progress = new()
    {
        Done = 77,
        Skipped = 20,
        Failed = 3,
        Total = 200,
        Pixels = 1,
        Elapsed = TimeSpan.FromSeconds(3725),
        PhotosPerSecond = 1.25,
        MegapixelsPerSecond = 10.5,
        Remaining = TimeSpan.FromSeconds(80),
        MeanDensity = 0.174,
        StageShares = new StageTimes { Decode = 0.1, Dense = 0.3, Select = 0.05, Extract = 0.4, Ensemble = 0.05, Encode = 0.1 },
        Queues = new QueueDepths(4, 5, 6),
    };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Draw_AJobOnItsWay_ShowsEveryNumber()
    {
        StringWriter text = new();
        IAnsiConsole console = Console(text, isTerminal: false);
        console.Profile.Width = 110;
        console.Write(LiveScoringView.Draw(Info, Progress, ["in/bad[1].png: expected a photo"]));
        foreach (string part in (string[])
        [
            "[x].sparserefine to answers", "100 of 200, 50.0 %", "1.25", "10.5", "0:01:20", "17.4 %", "failed", "3", "1:02:05", "4 to score", "5 to write", "6 for the journal",
            "extract 40%", "dense 30%", "in/bad[1].png: expected a photo",
        ])
        {
            Assert.Contains(part, text.ToString());
        }
    }

    [Fact]
    public void Draw_WithoutATotal_CountsOnly()
    {
        StringWriter text = new();
        Console(text, isTerminal: false).Write(LiveScoringView.Draw(Info, Progress with { Total = null, Remaining = null, MeanDensity = null }, []));
        Assert.Contains("100 photos", text.ToString());
    }

    [Fact]
    public void Line_AJobOnItsWay_SaysWhereItStands() => Assert.Equal(
        "100 of 200 photos, 1.25 photos/s, 10.50 MP/s, 3 failed, 0.00:01:20 left", PlainScoringView.Line(Progress));

    [Fact]
    public async Task Score_OnATerminal_ShowsTheTableAndEndsWithALine()
    {
        StringWriter text = new();
        int code = await SparseRefineTool.RunAsync(
            ["score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", _folder["out"]], Console(text, isTerminal: true), TextWriter.Null);
        Assert.Equal(0, code);
        Assert.Contains("fitted.sparserefine to ", text.ToString());
        Assert.Contains("3 of 3, 100.0 %", text.ToString());
        Assert.Contains("3 scored, 0 failed, 0 were there", text.ToString());
        Assert.DoesNotContain("->", text.ToString());
    }

    [Fact]
    public async Task Score_WithLayerImages_DrawsEachPhotoAndSaysWhere()
    {
        StringWriter text = new();
        IAnsiConsole console = Console(text, isTerminal: false);
        console.Profile.Width = SparseRefineTool.PlainWidth;
        ScoringOptions options = new()
        {
            Model = fitted.Model,
            Output = _folder["out"],
            Inputs = new ScoringInputs { Paths = [fitted.Folder["images"]] },
        };
        int code = await ScoringRun.RunAsync(
            options, ScoringViewKind.Quiet, null, console, TextWriter.Null, CancellationToken.None, new LayerImages(console, _folder["out"]));

        Assert.Equal(0, code);
        string file = _folder["out/p0.layers.png"];
        Assert.Contains($"p0: {file}", text.ToString());
        using MLImage panels = MLImage.CreateFromFile(file);
        byte[] bytes = panels.GetBGRPixels;
        Assert.Contains(Enumerable.Range(0, bytes.Length / 3), i => bytes[i * 3] == 10 && bytes[(i * 3) + 1] == 214 && bytes[(i * 3) + 2] == 255); // a selected pixel
    }

    [Fact]
    public void Score_AReportThatCannotBeDrawn_IsALineAndNoFailure()
    {
        _folder.Write("page/.thumbnails"); // a file where a folder has to be
        ToolResult result = Tool.Run(
            "score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", _folder["out"], "--report", _folder["page"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("report.html: expected to be written, got", result.Error);
        Assert.True(File.Exists(_folder["out/p0.png"]));
    }

    private static IAnsiConsole Console(TextWriter text, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new Output(text, isTerminal),
    });

    private sealed class Output(TextWriter text, bool isTerminal) : IAnsiConsoleOutput
    {
        public TextWriter Writer => text;

        public bool IsTerminal => isTerminal;

        public int Width => 120;

        public int Height => 40;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
