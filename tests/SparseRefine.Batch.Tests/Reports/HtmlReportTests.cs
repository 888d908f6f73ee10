using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Batch.Tests.Reports;

public sealed partial class HtmlReportTests(ScoredFolder folder) : IClassFixture<ScoredFolder>
{
    [Fact]
    public async Task Finished_WholeJob_IsOnePageWithoutOutsideResources()
    {
        (string page, ScoringSummary summary) = await folder.Score("whole");
        string html = File.ReadAllText(page);

        Assert.Equal(ScoringOutcome.SomeFailed, summary.Outcome);
        Assert.Contains("Complete, some images failed", html);
        Assert.Contains("<dt>Images</dt><dd>6</dd><dd class=\"note\">of 7</dd>", html);
        Assert.Contains("<dt>Failed</dt><dd>1</dd>", html);
        Assert.All(Addresses().Matches(html), address => Assert.StartsWith("data:", address.Groups[1].Value));
        Assert.DoesNotContain("url(", html);
        Assert.DoesNotContain("@import", html);
        Assert.Contains("default-src 'none'", html);
        Assert.DoesNotContain("http-equiv=\"refresh\"", html);
        Assert.Equal([HtmlReport.FileName], Directory.EnumerateFiles(Path.GetDirectoryName(page)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Finished_NamesWithMarkup_AreEncoded()
    {
        (string page, _) = await folder.Score("encoded");
        string html = File.ReadAllText(page);

        Assert.DoesNotContain("<b>'x'", html);
        Assert.DoesNotContain("floor <b>", html);
        Assert.Contains(WebUtility.HtmlEncode("floor <b>"), html);
        Assert.Contains(WebUtility.HtmlEncode(ScoredFolder.Name(0)), html);
    }

    [Fact]
    public async Task Started_ResumedJob_TellsOfTheWholeJobAndKeepsItsPictures()
    {
        await folder.Score("resumed", ScoredFolder.Name(0), ScoredFolder.Name(1), ScoredFolder.Name(2));
        (string page, ScoringSummary summary) = await folder.Score("resumed", [.. Enumerable.Range(0, 6).Select(ScoredFolder.Name)]);
        string html = File.ReadAllText(page);

        Assert.Equal(3, summary.Progress.Skipped);
        Assert.Contains("<dt>Images</dt><dd>6</dd><dd class=\"note\">of 6</dd>", html);
        Assert.All(
            Enumerable.Range(0, 6).Select(ScoredFolder.Name).Where(name => html.Contains($"<b>{WebUtility.HtmlEncode(name)}</b>", StringComparison.Ordinal)),
            name => Assert.Contains($"alt=\"Refined of {WebUtility.HtmlEncode(name)}\"", html));
        int drawn = Figures().Count(html);
        Assert.InRange(drawn, 4, 6); // the four densest at least, three of them scored by the first run or not
        Assert.Equal(drawn * 4, Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(page)!, ".thumbnails")).Count());
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex("<figure ")]
    private static partial Regex Figures();
}
