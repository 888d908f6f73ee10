using System.CommandLine;
using System.Text.Json;
using SparseRefine.Cli.Help;
using SparseRefine.Cli.Tests.Commands;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Options;

public sealed class JobFileTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private static readonly RootCommand Root = ToolCommands.Create(AnsiConsole.Console, TextWriter.Null);
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Examples => [.. Root.Subcommands.Where(command => command.Arguments.Count == 0).SelectMany(command => CommandExamples.Of(command))];

    public void Dispose() => _folder.Dispose();

    // What is printed for any command line is a file that stands for it.
    [Theory]
    [MemberData(nameof(Examples))]
    public void Print_OfAnyExample_IsAFileThatSaysTheSame(string example)
    {
        string[] words = [.. example.Split(' ')[1..], "--print-config"];
        ToolResult printed = Tool.Run(words);
        printed.AssertSuccess();
        string file = _folder.Write("job.json", printed.Output);
        ToolResult again = Tool.Run(words[0], "--config", file, "--print-config");
        again.AssertSuccess();
        Assert.Equal(printed.Output, again.Output);
        JsonElement json = JsonDocument.Parse(printed.Output).RootElement;
        for (int i = 1; i < words.Length - 1; i++)
        {
            Assert.True(!words[i].StartsWith("--", StringComparison.Ordinal) || json.TryGetProperty(words[i][2..], out _), $"expected {words[i]} in {printed.Output}");
        }
    }

    [Fact]
    public void Score_OptionsOfAFile_AreThoseOfTheCommandLineWhichGoesBefore()
    {
        string file = _folder.Write("job.json", $$"""
            {
              // A comment.
              "model": "{{fitted.Model}}", "images": ["{{fitted.Folder["images/p0.png"]}}", "{{fitted.Folder["images/p1.png"]}}"],
              "out": "{{_folder["out"]}}", "overlay": true, "mask": false, "entropy": null, "workers": 1, "time-limit": 60.5,
            }
            """);
        Tool.Run("score", "--config", file).AssertSuccess();
        Assert.Equal(["p0.overlay.png", "p0.png", "p1.overlay.png", "p1.png"], Results("out"));

        Tool.Run("score", "--config", file, "--out", _folder["other"], "--overlay", "false", "--images", fitted.Folder["images/p2.png"]).AssertSuccess();
        Assert.Equal(["p2.png"], Results("other"));
    }

    [Theory]
    [InlineData("""{ "imagse": "x" }""", "job.json: expected options of score, without dashes, got 'imagse'; did you mean images?")]
    [InlineData("""{ "config": "x" }""", "job.json: expected options of score, without dashes, got 'config'")]
    [InlineData("""{ "bits": 9 }""", "job.json: bits: expected 8 or 16, got '9'")]
    [InlineData("""{ "workers": "many" }""", "job.json: workers: expected a whole number of at least 1, got 'many'")]
    [InlineData("""{ "overlay": "yes" }""", "job.json: overlay: expected true or false, got 'yes'")]
    [InlineData("""{ "channel-order": "brg" }""", "job.json: channel-order: expected one of rgb, bgr, got 'brg'; did you mean bgr?")]
    [InlineData("""{ "model": { "path": "m" } }""", "job.json: model: expected a text, a number, true, false or a list of them, got { \"path\": \"m\" }")]
    [InlineData("""{ "images": [] }""", "job.json: images: expected a value, got an empty list")]
    [InlineData("""{ "dense": "d.onnx" }""", "--model, --dense: expected one of them, got both (--dense of ", "--model", "m")]
    [InlineData("""{ "root": "nowhere", "list": "l.txt", "model": "m", "out": "o" }""", "job.json: root: expected a folder, got nowhere, which is not there")]
    [InlineData("""{ "time-limit": 1e-9, "model": "m", "images": "i", "out": "o" }""", "job.json: time-limit: expected more than 0")]
    [InlineData("""{ "bits": 8, "bits": 16 }""", "job.json: expected options as JSON, got Duplicate property 'bits'")]
    [InlineData("""[ "bits" ]""", "job.json: expected a JSON object of options, got Array")]
    [InlineData("""{ "bits": 8 """, "job.json: expected options as JSON, got ")]
    public void Score_BadFile_NamesFileAndKey(string text, string expected, params string[] more) =>
        Tool.Run(["score", "--config", _folder.Write("job.json", text), .. more]).AssertBadInput(expected);

    [Fact]
    public void Score_NoFile_SaysSo()
    {
        Tool.Run("score", "--config", _folder["none.json"]).AssertBadInput("none.json: expected a file of options, got no such file");
        ToolResult bare = Tool.Run("--config", _folder["none.json"]);
        bare.AssertBadInput("--config: expected a command before it, got none");
        Assert.DoesNotContain("did you mean", bare.Error, StringComparison.Ordinal);
        Tool.Run("--print-config").AssertBadInput("--print-config: expected a command before it, got none");
        Tool.Run("score", "--config", _folder.Root).AssertBadInput($"--config: expected a file, got the folder {_folder.Root}");
        Tool.Run("score", "--config").AssertBadInput("--config: expected FILE, got none");
    }

    [Theory]
    [InlineData("work --out job --broker amqps://worker:s3cr:t@rabbit:5671/jobs", "amqps://worker@rabbit:5671/jobs")]
    [InlineData("score --model m.sparserefine --images a:b@c --out b", "a:b@c")]
    public void Print_AddressWithAPassword_LeavesItOut(string words, string expected)
    {
        ToolResult printed = Tool.Run([.. words.Split(' '), "--print-config"]);
        printed.AssertSuccess();
        Assert.Contains($"\"{expected}\"", printed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3c", printed.Output, StringComparison.Ordinal);
    }

    private IEnumerable<string> Results(string folder) => Directory.EnumerateFiles(_folder[folder], "*.png").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
