using System.Text.Json;
using System.Text.RegularExpressions;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Batch.Tests.Reports;

public sealed partial class HtmlReportTests(ScoredFolder folder) : IClassFixture<ScoredFolder>
{
    [Fact]
    public async Task Finished_WholeJob_IsOnePageWithoutOutsideResources()
    {
        (string page, ScoringSummary summary, _) = await folder.Score("whole");
        string html = File.ReadAllText(page);
        JsonElement data = Data(html);

        Assert.Equal(ScoringOutcome.SomeFailed, summary.Outcome);
        Assert.Equal("Complete, some photos failed", data.GetProperty("state").GetString());
        Assert.Equal((6, 1, 7), (Number(data, "scored"), Number(data, "failed"), Number(data, "total")));
        Assert.Equal(6 * 120 * 180, Number(data, "pixels"));
        Assert.Equal(6, Number(data.GetProperty("density"), "count"));
        Assert.Equal(6, data.GetProperty("milliseconds").GetProperty("counts").EnumerateArray().Sum(c => c.GetInt32()));
        Assert.Equal(1, data.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("share").GetDouble()), 5);
        Assert.Contains(data.GetProperty("classes").EnumerateArray(), c => c.GetProperty("name").GetString() == "bar" && c.GetProperty("color").GetString() == "#fab428");
        Assert.Equal("damaged.png", Assert.Single(data.GetProperty("failures").EnumerateArray()).GetProperty("id").GetString());
        Assert.False(data.GetProperty("isRunning").GetBoolean());
        Assert.All(Addresses().Matches(html), address => Assert.StartsWith("data:", address.Groups[1].Value));
        Assert.DoesNotContain("url(", html);
        Assert.DoesNotContain("@import", html);
        Assert.Contains("default-src 'none'", html);
        Assert.Equal([HtmlReport.FileName], Directory.EnumerateFiles(Path.GetDirectoryName(page)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Finished_NamesWithMarkup_AreNoMarkup()
    {
        (string page, _, _) = await folder.Score("encoded");
        string html = File.ReadAllText(page);

        Assert.DoesNotContain("<b>", html);
        Assert.DoesNotContain("alert", html.Replace(Data(html).GetRawText(), "", StringComparison.Ordinal));
        Assert.Equal(2, Regex.Count(html, "</script>"));
        JsonElement data = Data(html);
        Assert.Contains(data.GetProperty("classes").EnumerateArray(), c => c.GetProperty("name").GetString() == ScoredFolder.OddClass);
        Assert.Contains(data.GetProperty("slowest").EnumerateArray(), e => e.GetProperty("id").GetString() == ScoredFolder.Name(0));
    }

    [Fact]
    public async Task Started_ResumedJob_TellsOfTheWholeJobAndKeepsItsPhotos()
    {
        await folder.Score("resumed", ScoredFolder.Name(0), ScoredFolder.Name(1), ScoredFolder.Name(2));
        (string page, ScoringSummary summary, _) = await folder.Score("resumed", [.. Enumerable.Range(0, 6).Select(ScoredFolder.Name)]);
        JsonElement data = Data(File.ReadAllText(page));

        Assert.Equal(3, summary.Progress.Skipped);
        Assert.Equal((6, 6), (Number(data, "scored"), Number(data, "total")));
        JsonElement[] photos = [.. data.GetProperty("photos").EnumerateArray()];
        Assert.InRange(photos.Length, 4, 6); // the four densest at least, three of them scored by the first run or not
        Assert.All(photos, photo => Assert.All(
            photo.GetProperty("layers").EnumerateObject(), layer => Assert.StartsWith("data:image/jpeg;base64,", layer.Value.GetString())));
        Assert.Equal(photos.Length * 4, Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(page)!, ".thumbnails")).Count());
    }

    [Fact]
    public async Task Scored_AThumbnailThatCannotBeWritten_IsAProblemOfThePageOnly()
    {
        // A file where the folder of the thumbnails has to be.
        Directory.CreateDirectory(folder["broken-report"]);
        File.WriteAllText(folder["broken-report/.thumbnails"], "");
        (_, ScoringSummary summary, HtmlReport report) = await folder.Score("broken", ScoredFolder.Name(1), ScoredFolder.Name(2));

        Assert.Equal((ScoringOutcome.Completed, 2), (summary.Outcome, summary.Progress.Done));
        Assert.Equal(2, JournalFile.Read(folder["broken/journal.jsonl"]).Count());
        Assert.Contains("report.html: expected to be written, got", report.Problem);
    }

    [Fact]
    public async Task Scored_WhileAnObserverIsBusy_TheJournalGoesOn()
    {
        // More photos than one flush of the journal takes: those behind the first flush reach the journal only if another thread writes it.
        string[] photos = [.. Enumerable.Range(0, 40).Select(i => $"copy{i}.png")];
        foreach (string photo in photos)
        {
            File.Copy(folder[$"photos/{ScoredFolder.Name(2)}"], folder[photo]);
        }

        Waiting observer = new(folder["busy/journal.jsonl"]);
        ScoringSummary summary = await new ScoringJob(
            new ScoringOptions
            {
                Model = folder["model.sparserefine"],
                Output = folder["busy"],
                Inputs = new ScoringInputs { Reader = new StringReader(string.Join('\n', photos)), Root = folder.Root },
            },
            observer).RunAsync();

        Assert.True(observer.SawMore, "the journal stood still while the observer was told of the first photo");
        Assert.Equal(40, summary.Progress.Done);
        Assert.Equal(40, observer.Told);
    }

    private static JsonElement Data(string html) => JsonDocument.Parse(DataBlock().Match(html).Groups[1].Value).RootElement;

    private static long Number(JsonElement data, string name) => data.GetProperty(name).GetInt64();

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex("<script id=\"data\" type=\"application/json\">(.*)</script>")]
    private static partial Regex DataBlock();

    /// <summary>Within its first call waits until the journal has grown.</summary>
    private sealed class Waiting(string journal) : IScoringObserver
    {
        public bool SawMore { get; private set; }

        public int Told { get; private set; }

        public void Started(ScoringJobInfo info)
        {
        }

        public void Scored(JournalEntry entry, SegmentationResult result)
        {
            if (Told++ == 0)
            {
                int lines = Lines();
                SawMore = SpinWait.SpinUntil(() => Lines() > lines, TimeSpan.FromSeconds(60));
            }
        }

        public void Failed(FailedEntry failed)
        {
        }

        public void Finished(ScoringSummary summary)
        {
        }

        private int Lines()
        {
            using StreamReader reader = new(new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Count(c => c == '\n');
        }
    }
}
