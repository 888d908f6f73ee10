using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The exported graph where this library is not: in ML.NET alone and in Node.</summary>
public sealed class ExportedGraphTests(Crops crops, ExportedGraph graph) : IClassFixture<Crops>, IClassFixture<ExportedGraph>
{
    [Fact]
    public async Task PlainMLNet_SavedChainInAnotherProcess_AnswersAsTheEngine()
    {
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Repository.Program("PlainMLNet"))!, "SparseRefine*"));
        string chain = graph.PathOf("chain.zip");
        string answer = graph.PathOf("plain.png");
        (await SampleRun.Of("PlainMLNet", "save", graph.File, $"{Crops.Height}x{Crops.Width}", chain)).Succeeded();
        (await SampleRun.Of("PlainMLNet", "score", chain, crops.Photo, answer)).Succeeded();
        using MLImage image = MLImage.CreateFromFile(answer);
        byte[] pixels = image.Pixels.ToArray();
        Assert.Equal((Crops.Height, Crops.Width), (image.Height, image.Width));
        ExportedGraph.AssertSame(Expected.Labels(crops.Photo).Labels, [.. pixels.Where((_, i) => i % 4 == 0)]);
    }

    [NpmFact("Node")]
    public async Task Node_Photo_WritesTheLabelsAndColorsOfScore()
    {
        string answer = graph.PathOf("node.png");
        (await Node(graph.File, crops.Photo, answer)).Succeeded();
        ExportedGraph.AssertSame(Expected.Labels(crops.Photo).Labels, IndexPng.Read(answer).Labels);
        using MLImage image = MLImage.CreateFromFile(answer);
        byte[] pixels = image.Pixels.ToArray();
        int vessel = 4 * Array.IndexOf(IndexPng.Read(answer).Labels, (byte)1);
        byte[] color = [.. pixels[vessel..(vessel + 3)].Order()];
        Assert.Equal("3C3CE6", Convert.ToHexString(color)); // samples/classes.csv: 230, 60, 60
    }

    [NpmFact("Node")]
    public async Task Node_NoPhoto_IsOneLineAndNothingIsWritten()
    {
        string answer = graph.PathOf("none.png");
        SampleRun run = await Node(graph.File, Repository.PathOf("samples", "classes.csv"), answer);
        Assert.Equal(2, run.Code);
        Assert.StartsWith(Repository.PathOf("samples", "classes.csv") + ": ", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(answer)!, "none*"));
    }

    // Names of constants begin with their type.
    [Fact]
    public void Graph_OfTheShippedModel_HasNoDoublePrecision() =>
        Assert.Equal(-1, File.ReadAllBytes(graph.File).AsSpan().IndexOf("double_"u8));

    private static Task<SampleRun> Node(params string[] arguments) => SampleRun.Of(new ProcessStartInfo(
        "node", [Repository.PathOf("samples", "Node", "refine.mjs"), .. arguments]));
}
