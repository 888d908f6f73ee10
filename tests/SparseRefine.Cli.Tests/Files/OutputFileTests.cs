using System.Net.Sockets;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Tests.Commands;
using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Cli.Tests.Files;

public sealed class OutputFileTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    // In this folder of the kernel's, nobody makes files, root neither.
    private static readonly string _nowhere = OperatingSystem.IsWindows() ? @"?:\none\out" : "/proc/none/out";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fit")]
    [InlineData("train-dense")]
    [InlineData("calibrate")]
    [InlineData("evaluate")]
    [InlineData("score")]
    [InlineData("watch")]
    [InlineData("bench")]
    [InlineData("demo")]
    [InlineData("merge")]
    public void Run_OutputThatCannotBeWritten_FailsBeforeTheWork(string command)
    {
        string[] photos = ["--images", fitted.Folder["images"]];
        string[] labelled = [.. photos, "--labels", fitted.Folder["labels"]];
        string[] model = ["--model", fitted.Model];
        string[] training = [.. labelled, "--classes", fitted.Classes, "--epochs", "1"];
        (string Option, string[] Words) rest = command switch
        {
            "fit" => ("--out", ["--dense", fitted.Dense, .. training]),
            "train-dense" => ("--out", [.. training, "--size", "64x64"]),
            "calibrate" => ("--out", [.. model, .. labelled]),
            "evaluate" => ("--json", [.. model, .. labelled]),
            "bench" => ("--json", [.. model, .. photos]),
            "score" => ("--out", [.. model, .. photos]),
            "watch" => ("--out", [.. model, "--folder", fitted.Folder["images"]]),
            "merge" => ("--out", ["--journals", _folder["none.jsonl"]]),
            _ => ("--out", []),
        };
        ToolResult result = Tool.Run([command, rest.Option, _nowhere, .. rest.Words]);
        result.AssertBadInput($"{rest.Option}: expected a place that can be written to, got {Path.GetDirectoryName(_nowhere)}");
        Assert.Empty(result.Output);
    }

    [Fact]
    public void CheckFile_MissingFolders_StayMissing()
    {
        OutputFile.CheckFile(_folder["a/b/c.json"], "--json");
        OutputFile.CheckFolder(_folder["d/e"], "--out");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void CheckFolder_TrialOfAKilledRun_IsTakenAway()
    {
        string trial = _folder.Write("out/.sparserefine-trial.tmp", string.Empty);
        OutputFile.CheckFolder(_folder["out"], "--out");
        Assert.False(File.Exists(trial));
    }

    [Fact]
    public void CheckFolder_LinkOfTheTrialsName_IsNotFollowed()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.CreateSymbolicLink(_folder["out/.sparserefine-trial.tmp"], _folder["elsewhere"]);
        OutputFile.CheckFolder(_folder["out"], "--out");
        Assert.Equal([_folder["out"]], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void CheckFile_FileThatIsThere_StaysAsItIs()
    {
        string path = _folder.Write("old.json", "old");
        OutputFile.CheckFile(path, "--json");
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [UnixFact]
    public void CheckFile_NoOrdinaryFile_IsRefusedAndStays()
    {
        // A socket stands for devices, which root would replace: /dev/null was.
        string path = _folder["socket"];
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var error = Assert.Throws<InvalidInputException>(() => OutputFile.CheckFile(path, "--out"));
        Assert.Equal($"--out: expected a file name, got the pipe, socket or device {path}", error.Message);
        IOException late = Assert.Throws<IOException>(() => AtomicFile.Write(path, "x"));
        Assert.Equal($"{path}: expected the name of a file, got a socket", late.Message);
        Assert.Equal(FileKind.Socket, FileStatus.Of(path)?.Kind);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Theory]
    [InlineData(256, "x")]
    [InlineData(128, "é")]
    public void CheckFile_NameThatNoFileSystemTakes_IsRefused(int length, string letter)
    {
        string name = string.Concat(Enumerable.Repeat(letter, length));
        var error = Assert.Throws<InvalidInputException>(() => OutputFile.CheckFile(_folder[name], "--out"));
        Assert.StartsWith("--out: expected names of at most 255 bytes, got one of 256", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => OutputFile.CheckFile(_folder[$"{name}/m"], "--out"));
    }
}
