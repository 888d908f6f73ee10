using SparseRefine.Faults;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Batch.Tests.Results;

public sealed class ScoringResultsTests(JobModel model) : IClassFixture<JobModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false, false, "a.png")]
    [InlineData(true, false, false, "a.overlay.png a.png")]
    [InlineData(false, true, false, "a.entropy.png a.png")]
    [InlineData(false, false, true, "a.mask.png a.png")]
    public async Task Job_EachResult_WritesItsFileAlone(bool overlay, bool entropy, bool mask, string expected)
    {
        _folder.WritePhoto("a.png", 16, 24, seed: 1);
        ScoringResults results = new() { Overlay = overlay, Entropy = entropy, Mask = mask };
        await Run(results);
        Assert.Equal(expected.Split(' '), JobAudit.Check(_folder["out"]).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(results, JournalFile.ReadHeader(_folder["out/journal.jsonl"]).Results);
        foreach (string name in expected.Split(' ').Where(name => name != "a.overlay.png"))
        {
            LabelMap map = IndexPng.Read(_folder["out/" + name]);
            Assert.Equal((16, 24), (map.Height, map.Width));
        }
    }

    private Task<ScoringSummary> Run(ScoringResults results) => new ScoringJob(new ScoringOptions
    {
        Model = model.File,
        Output = _folder["out"],
        Inputs = new ScoringInputs { Paths = [_folder["images"]] },
        Results = results,
    }).RunAsync();
}
