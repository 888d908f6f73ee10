using System.Diagnostics;
using SparseRefine.Batch;
using SparseRefine.Faults;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>`score` and `watch` as processes of their own, stopped and disturbed from outside, as Unix does it.</summary>
public sealed class ScoreProcessTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ToolProcess Start(string command, params string[] args) =>
        new(ToolProcess.Beside, [command, "--model", fitted.Model, "--out", _folder["out"], .. args]);

    private void Photos(int count, int side = 16)
    {
        for (int i = 0; i < count; i++)
        {
            _folder.WritePhoto($"p{i:000}.png", side, side, seed: i);
        }
    }

    private string[] Ids() => [.. JournalFile.Read(_folder["out/journal.jsonl"]).Select(e => e.Id)];

    [UnixFact]
    public void Score_KilledAgainAndAgain_LosesNothing() => AssertLosesNothing(isKill: true);

    [UnixFact]
    public void Score_AskedToEndAgainAndAgain_LosesNothing() => AssertLosesNothing(isKill: false);

    private void AssertLosesNothing(bool isKill)
    {
        JobScene scene = new(ToolProcess.Beside, _folder.Root, images: 100, side: 24);
        StopRounds rounds = new(scene, _folder["out"], seed: 5, isKill);
        do
        {
            rounds.RunJob(most: 4);
        }
        while (rounds.Stops == 0 && rounds.Jobs < 5);

        Assert.True(rounds.Stops > 0, "each job ended before it could be stopped");
    }

    [UnixFact]
    public void Score_MemoryOfDenseModelsIsLimited_FailsThePhotoThatWantsMore()
    {
        Photos(1, side: 1600);
        Assert.Equal((ExitCodes.Success, ""), Score("4000"));
        (int code, _) = Score("1");
        Assert.Equal(ExitCodes.SomeFailed, code);
        Assert.Contains("Available memory", File.ReadAllText(_folder["out-1/failed.jsonl"]), StringComparison.Ordinal);
        (code, string error) = Score("much");
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("SPARSEREFINE_ORT_MEMORY_MB: expected 1 to 4095, got 'much'", error, StringComparison.Ordinal);

        (int, string) Score(string megabytes)
        {
            using ToolProcess score = new(
                "env",
                [
                    $"SPARSEREFINE_ORT_MEMORY_MB={megabytes}", "dotnet", ToolProcess.Beside, "score", "--model", fitted.Model,
                    "--images", _folder["images"], "--out", _folder[$"out-{megabytes}"], "--quiet",
                ]);
            return (score.End(), score.Error.Trim());
        }
    }

    [UnixFact]
    public void Score_SecondProcess_IsKeptOff()
    {
        Photos(2);
        using ToolProcess first = Start("watch", "--folder", _folder["images"], "--settle", "0.05");
        first.WaitFor("p000.png ->");
        using ToolProcess second = Start("score", "--images", _folder["images"]);
        Assert.Equal(ExitCodes.BadInput, second.End());
        Assert.Contains("expected no other job", second.Error);
        first.Kill();
        using ToolProcess third = Start("score", "--images", _folder["images"]);
        Assert.Equal(0, third.End());
    }

    [UnixFact]
    public void Score_NamedPipe_FailsAtOnceAndTheJobGoesOn()
    {
        Photos(3);

        // A pipe that nobody writes to: opening it would never return, and the time limit is minutes.
        using (Process pipe = Process.Start("mkfifo", [_folder["images/stuck.png"]]))
        {
            pipe.WaitForExit();
        }

        using ToolProcess process = Start("score", "--images", _folder["images"]);
        Assert.Equal(ExitCodes.SomeFailed, process.End());
        Assert.Contains("stuck.png: expected a photo file, got a named pipe", Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"])));
        File.Delete(_folder["images/stuck.png"]);
        using ToolProcess next = Start("score", "--images", _folder["images"]);
        Assert.Equal(0, next.End());
        Assert.Equal(["p000.png", "p001.png", "p002.png"], Ids().Order());
    }

    [UnixFact]
    public void Watch_PhotosThatArrive_AreScoredUntilItIsAskedToEnd()
    {
        Photos(1);
        using ToolProcess process = Start("watch", "--folder", _folder["images"], "--settle", "0.05", "--rescan", "60");
        process.WaitFor("p000.png ->");
        _folder.WritePhoto("late.png", 40, 40, seed: 9);
        process.WaitFor("late.png ->");
        Directory.CreateDirectory(_folder["images/new"]);
        File.Copy(_folder["images/late.png"], _folder["images/new/copy.png"]);
        process.WaitFor("copy.png ->");
        process.AskToEnd();
        Assert.Equal(ExitCodes.Cancelled, process.End());
        Assert.Equal(["late.png", "new/copy.png", "p000.png"], Ids().Order());
        Assert.Equal(3, JobAudit.Check(_folder["out"]).Count);
    }
}
