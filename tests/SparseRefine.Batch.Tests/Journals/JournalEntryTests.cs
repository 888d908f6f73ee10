using System.Text.Json;
using Xunit;

namespace SparseRefine.Batch.Tests.Journals;

public sealed class JournalEntryTests
{
    private static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    [Fact]
    public void ToJson_Entry_IsOneLineWithTheAgreedNames()
    {
        JournalEntry entry = new()
        {
            Id = "a/b\n\"ü\".jpg",
            Path = "/photos/a/b.jpg",
            Width = 640,
            Height = 480,
            Shares = new Dictionary<string, double> { ["sky"] = 0.25, ["Ground"] = 0.75 },
            Density = 0.125,
            Ms = Lines.Times,
            Outputs = new Dictionary<string, string> { ["a/b.png"] = "00ff" },
            Model = "abcd",
            Time = Time,
        };
        string line = entry.ToJson();
        Assert.DoesNotContain('\n', line);
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        Assert.Equal(
            ["schema", "id", "path", "width", "height", "shares", "density", "ms", "outputs", "model", "time"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(entry.Id, root.GetProperty("id").GetString());
        Assert.Equal(["sky", "Ground"], root.GetProperty("shares").EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["decode", "dense", "select", "extract", "ensemble", "encode", "total"],
            root.GetProperty("ms").EnumerateObject().Select(p => p.Name));
        Assert.Equal("2026-01-02T03:04:05Z", root.GetProperty("time").GetString());
    }

    [Fact]
    public void ToJson_FailedEntry_NamesTheReason()
    {
        using JsonDocument json = JsonDocument.Parse(new FailedEntry("a", "/a", FailureReason.TooLarge, "why", Time).ToJson());
        Assert.Equal("tooLarge", json.RootElement.GetProperty("reason").GetString());
        Assert.Equal(
            ["id", "path", "reason", "message", "time", "schema"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }
}
