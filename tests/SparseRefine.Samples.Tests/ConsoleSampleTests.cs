using System.Diagnostics;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>Runs each console program on cut-outs of the shipped photos.</summary>
public sealed class ConsoleSampleTests(Crops crops) : IClassFixture<Crops>
{
    private static readonly string DenseFile = Repository.PathOf("samples", "models", "fundus-low.onnx");

    [Theory]
    [InlineData("Minimal")]
    [InlineData("Batch")]
    [InlineData("OwnModel")]
    [InlineData("FitFolder")]
    [InlineData("WholeChain")]
    [InlineData("ablation")]
    public async Task Run_WithoutArguments_TellsItsUsage(string sample)
    {
        SampleRun run = await SampleRun.Of(sample);
        Assert.Equal(2, run.Code);
        Assert.StartsWith($"usage: {sample} ", run.Error);
    }

    [Fact]
    public async Task Minimal_ShippedPhotoAndModel_WritesThePipelinesLabels()
    {
        string answer = crops.PathOf("minimal.png");
        (await SampleRun.Of("Minimal", Expected.Model, crops.Photo, answer)).Succeeded();
        Assert.Equal(Expected.Labels(crops.Photo).Labels, IndexPng.Read(answer).Labels);
    }

    [Theory]
    [InlineData("--Service:Queue=2", "members: 'Model' with the error: 'The Model field is required.'")]
    [InlineData("--Service:Model=none.sparserefine", "none.sparserefine: expected a model file, got no such file")]
    public async Task Web_SettingsThatItCannotTake_AreOneLine(string setting, string expected)
    {
        SampleRun run = await SampleRun.Of("Web", "--urls=http://127.0.0.1:0", setting);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    // What a program is told whose author forgot the package of ONNX Runtime's native library: its folder is copied without it, and without the list of files that would miss it.
    [Fact]
    public async Task Minimal_WithoutTheNativeRuntime_NamesThePackageToAdd()
    {
        string folder = Directory.CreateDirectory(crops.PathOf("no-runtime")).FullName;
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(Repository.Program("Minimal"))!).Where(file => !file.Contains("onnxruntime", StringComparison.Ordinal) && !file.EndsWith(".deps.json", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        SampleRun run = await SampleRun.Of(new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, "Minimal.dll"), Expected.Model, crops.Photo, crops.PathOf("none.png")]));
        Assert.NotEqual(0, run.Code);
        Assert.Contains("ONNX Runtime: expected its native library, got none that loads; add the package Microsoft.ML.OnnxRuntime 1.", run.Error);
    }

    [Fact]
    public async Task Batch_FolderWithABadPhoto_LabelsTheOthersAndNamesIt()
    {
        string photos = Directory.CreateDirectory(crops.PathOf("batch")).FullName;
        foreach (string photo in Directory.GetFiles(crops.PathOf("photos")))
        {
            File.Copy(photo, Path.Combine(photos, Path.GetFileName(photo)), overwrite: true);
        }

        File.WriteAllBytes(Path.Combine(photos, "cut.png"), File.ReadAllBytes(crops.Photo)[..5000]);
        string answers = crops.PathOf("answers");
        SampleRun run = await SampleRun.Of("Batch", Expected.Model, photos, answers);
        Assert.Equal(1, run.Code);
        Assert.Contains("cut.png: expected a whole PNG", run.Error);
        foreach (string photo in Directory.GetFiles(crops.PathOf("photos")))
        {
            Assert.Equal(Expected.Labels(photo).Labels, IndexPng.Read(Path.Combine(answers, Path.GetFileName(photo))).Labels);
        }
    }

    [Fact]
    public async Task OwnModel_ShippedModel_WritesItsLabelsAndFallingDensities()
    {
        string answer = crops.PathOf("own.png");
        SampleRun run = (await SampleRun.Of("OwnModel", DenseFile, crops.Photo, answer)).Succeeded();
        Assert.Contains($"photo {Crops.Width}x{Crops.Height}, scores {Crops.Width / 4}x{Crops.Height / 4}, 2 classes", run.Output);
        double[] densities =
        [
            .. run.Output.Split('\n').Where(l => l.StartsWith("entropy:", StringComparison.Ordinal))
                .Select(l => double.Parse(l.Split(": ")[1].Split(' ', '%')[0], System.Globalization.CultureInfo.InvariantCulture)),
        ];
        Assert.Equal(4, densities.Length);
        Assert.Equal(densities.OrderDescending(), densities);
        Assert.InRange(densities[0], 1, 99);
        LabelMap labels = IndexPng.Read(answer);
        Assert.Equal((Crops.Height, Crops.Width), (labels.Height, labels.Width));
        Assert.Contains((byte)1, labels.Labels);
    }

    [Fact]
    public async Task FitFolder_CutOuts_SavesAPipelineThatScores()
    {
        string file = crops.PathOf("fitted.sparserefine");
        SampleRun run = (await SampleRun.Of(
            "FitFolder", DenseFile, crops.PathOf("photos"), crops.PathOf("labels"), Repository.PathOf("samples", "classes.csv"), file, "2")).Succeeded();
        Assert.Contains("epoch 2/2: loss ", run.Output);
        LabelMap fitted = Expected.Labels(crops.Photo, file);
        Assert.Equal((Crops.Height, Crops.Width), (fitted.Height, fitted.Width));
        Assert.Contains((byte)1, fitted.Labels);
    }

    [Fact]
    public async Task WholeChain_CutOuts_TrainsFitsAndScores()
    {
        string folder = crops.PathOf("chain");
        SampleRun run = (await SampleRun.Of(
            "WholeChain", crops.PathOf("photos"), crops.PathOf("labels"), Repository.PathOf("samples", "classes.csv"), folder, "2")).Succeeded();
        Assert.Contains("dense: epoch 2/2, loss ", run.Output);
        Assert.Contains("refined: epoch 2/2, loss ", run.Output);
        Assert.Equal(
            ["06_h.png", "07_dr.png", "08_g.png", "dense.onnx", "model.sparserefine"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            Expected.Labels(crops.Photo, Path.Combine(folder, "model.sparserefine")).Labels, IndexPng.Read(Path.Combine(folder, "06_h.png")).Labels);
    }

    [Fact]
    public async Task FitFolder_NoLabels_NamesTheFolder()
    {
        string labels = Directory.CreateDirectory(crops.PathOf("none")).FullName;
        SampleRun run = await SampleRun.Of(
            "FitFolder", DenseFile, crops.PathOf("photos"), labels, Repository.PathOf("samples", "classes.csv"), crops.PathOf("never.sparserefine"), "1");
        Assert.NotEqual(0, run.Code);
        Assert.Contains(labels, run.Error);
        Assert.False(File.Exists(crops.PathOf("never.sparserefine")));
    }
}
