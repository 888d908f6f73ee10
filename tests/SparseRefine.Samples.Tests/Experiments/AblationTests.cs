using Xunit;

namespace SparseRefine.Samples.Tests.Experiments;

public sealed class AblationTests(Crops crops) : IClassFixture<Crops>
{
    [Fact]
    public async Task Ablation_TwoPoints_MakesThemOnceAndWritesTheTable()
    {
        string data = crops.PathOf("data");
        foreach (string part in (string[])["train", "valid", "test"])
        {
            foreach (string kind in (string[])["images", "labels"])
            {
                string folder = Directory.CreateDirectory(Path.Combine(data, kind, part)).FullName;
                foreach (string file in Directory.GetFiles(crops.PathOf(kind == "images" ? "photos" : "labels")))
                {
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                }
            }
        }

        File.Copy(Repository.PathOf("samples", "classes.csv"), Path.Combine(data, "classes.csv"));
        string plan = crops.PathOf("plan.json");
        File.WriteAllText(plan, """
            { "size": 64, "crop": 64, "epochs": 1, "batch": 2, "minScale": 0.8, "maxScale": 1.2, "learningRate": 0.001, "photometric": 0,
              "points": [ { "name": "full" }, { "name": "bare", "hasModule": false, "contrastWeight": 0 } ] }
            """);
        string output = crops.PathOf("ablation");
        SampleRun first = (await SampleRun.Of("ablation", plan, data, output)).Succeeded();
        Assert.Contains("bare: epoch 1/1, loss ", first.Output);
        string[] table = File.ReadAllLines(Path.Combine(output, "table.md"));
        Assert.Equal(4, table.Length);
        Assert.Matches(@"^\| full \| 0\.\d{4} \| 0\.\d{4} \|", table[2]);
        Assert.Matches(@"^\| bare \| 0\.\d{4} \| 0\.\d{4} \|", table[3]);

        SampleRun again = (await SampleRun.Of("ablation", plan, data, output)).Succeeded();
        Assert.Equal("", again.Output);
        Assert.Equal(table, File.ReadAllLines(Path.Combine(output, "table.md")));
    }

    [Fact]
    public async Task Ablation_MisspeltPlan_NamesIt()
    {
        string plan = crops.PathOf("misspelt.json");
        File.WriteAllText(plan, "{ \"points\": [], \"epocs\": 1 }");
        SampleRun run = await SampleRun.Of("ablation", plan, crops.Folder, crops.PathOf("none"));
        Assert.NotEqual(0, run.Code);
        Assert.Contains($"{plan}: expected a plan, got ", run.Error);
    }
}
