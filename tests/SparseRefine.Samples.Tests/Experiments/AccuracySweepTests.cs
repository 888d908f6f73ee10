using System.Text.Json;
using Xunit;

namespace SparseRefine.Samples.Tests.Experiments;

/// <summary>Runs the sweep of tests/experiments/accuracy on cut-outs, with a plan of one dense model and one short fit.</summary>
public sealed class AccuracySweepTests(Crops crops) : IClassFixture<Crops>
{
    [Fact]
    public async Task Sweep_Twice_MakesEachPointOnceAndDrawsThem()
    {
        foreach (string kind in (string[])["images", "labels"])
        {
            foreach (string part in (string[])["train", "test"])
            {
                Directory.CreateDirectory(crops.PathOf("data", kind, part));
            }

            foreach (string file in Directory.EnumerateFiles(crops.PathOf(kind == "images" ? "photos" : "labels")))
            {
                File.Copy(file, crops.PathOf("data", kind, "train", Path.GetFileName(file)));
                if (file.Contains("06_h", StringComparison.Ordinal))
                {
                    File.Copy(file, crops.PathOf("data", kind, "test", Path.GetFileName(file)));
                }
            }
        }

        string dense = Repository.PathOf("samples", "models", "fundus-low.onnx").Replace('\\', '/');
        string plan = crops.PathOf("plan.json");
        File.WriteAllText(plan, $$"""
            {
              "dense": "{{dense}}", "scale": 0.25, "sizeMultiple": 8,
              "classes": "{{Repository.PathOf("samples", "classes.csv").Replace('\\', '/')}}",
              "fit": {
                "selector": "entropy:0.3", "features": "rgb,p", "planes": [16], "reps": 1, "epochs": 2, "crop": 128, "batch": 2,
                "crops": 2, "minScale": 0.8, "maxScale": 1.25, "verticalFlip": true, "dice": 1, "learningRate": 0.003,
                "photometric": 0.3, "averageWeights": 0.9, "seed": 1
              },
              "points": [
                { "name": "low", "dense": "{{dense}}", "scale": 0.25 },
                { "name": "two levels", "fit": { "planes": [4, 8] }, "selectors": ["fraction:0.05", "entropy:0.3+dilate:1", "entropy:0.3+prune:6", "entropy:0.3+half"] }
              ]
            }
            """);
        string[] words = ["--plan", plan, "--data", crops.PathOf("data"), "--out", crops.PathOf("results")];

        SampleRun first = (await SampleRun.Of("accuracy", ["sweep", .. words])).Succeeded();
        Assert.Contains("two levels: epoch 2/2", first.Output);
        byte[] made = File.ReadAllBytes(crops.PathOf("results", "two levels.json"));
        SampleRun second = (await SampleRun.Of("accuracy", ["sweep", .. words])).Succeeded();
        Assert.Contains("two levels: there", second.Output);
        Assert.DoesNotContain("epoch", second.Output);
        Assert.Equal(made, File.ReadAllBytes(crops.PathOf("results", "two levels.json")));
        (await SampleRun.Of("accuracy", ["time", .. words])).Succeeded();

        using JsonDocument point = JsonDocument.Parse(made);
        JsonElement[] rows = [.. point.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(20, rows.Length); // 5 selectors, 4 ensemblers
        double[] densities = [.. rows.Where((_, i) => i % 4 == 0).Select(row => row.GetProperty("density").GetDouble())];
        Assert.Equal(0.05, densities[1], 0.001);
        Assert.InRange(densities[2], densities[0] * 1.05, densities[0] * 3);
        Assert.InRange(densities[3], densities[0] * 0.5, densities[0] * 0.999);
        Assert.InRange(densities[4], densities[0] * 0.95, densities[0] * 1.05);
        Assert.Equal([4, 8], point.RootElement.GetProperty("fit").GetProperty("planes").EnumerateArray().Select(p => p.GetInt32()));
        string table = File.ReadAllText(crops.PathOf("results", "table.md"));
        Assert.Contains("| low | - | - |", table);
        Assert.Contains("| two levels | fraction:0.05 | replace |", table);
        string plot = File.ReadAllText(crops.PathOf("results", "plot.svg"));
        Assert.Equal(2 * 5, plot.Split("<circle").Length - 1); // a dot a selector, each once more in the list
        Assert.Equal(2, plot.Split("<rect x=").Length - 1);
        Assert.Empty(Directory.EnumerateFiles(crops.PathOf("results"), "*.tmp"));
    }

    [Theory]
    [InlineData("{}", "expected a sweep plan")]
    [InlineData("""{ "dense": "a", "scale": 1, "sizeMultiple": 1, "classes": "c", "fit": {}, "points": [ { "name": "p" } ] }""", "expected one of dense, model and fit")]
    [InlineData("""{ "dense": "a", "scale": 1, "sizeMultiple": 1, "classes": "c", "fit": {}, "points": [ { "name": "p", "dense": "a", "model": "b" } ] }""", "expected one of dense, model and fit")]
    [InlineData("""{ "dense": "a", "scale": 1, "sizeMultiple": 1, "classes": "c", "fit": {}, "points": [ { "name": "p", "model": "b", "selectors": ["entropy:0.3+grow:1"] } ] }""", "expected +dilate:R, +prune:N or +half")]
    public async Task Sweep_BadPlan_NamesIt(string text, string expected)
    {
        string plan = crops.PathOf("bad.json");
        File.WriteAllText(plan, text);
        SampleRun run = await SampleRun.Of("accuracy", "sweep", "--plan", plan, "--data", crops.Folder, "--out", crops.PathOf("none"));
        Assert.Equal(2, run.Code);
        Assert.Contains("bad.json", run.Error);
        Assert.Contains(expected, run.Error);
    }
}
