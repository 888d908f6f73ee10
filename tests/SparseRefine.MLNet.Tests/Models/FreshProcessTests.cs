using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

public class FreshProcessTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Load_InAFreshProcess_GivesTheSameSchemaNamesAndAnswers(bool throughPipe)
    {
        using var scene = new Scene();
        using var model = Mixed(scene);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        string[] lines = await Run(throughPipe ? "-" : path, scene.Pairs[0].ImagePath, throughPipe ? File.ReadAllBytes(path) : []);
        Assert.Equal(FreshProcess.Describe(model.Transform(scene.Data), scene.Data.Schema), lines);
    }

    [Fact]
    public async Task LoadFromEnumerable_BeforeTheCatalogWasTouched_KnowsOurColumnsAndImages()
    {
        using var scene = new Scene(photos: 1);
        Assert.Equal(["Image Image, Label LabelMap"], await Run("rows", scene.Pairs[0].ImagePath, []));
    }

    private static async Task<string[]> Run(string model, string photo, byte[] bytes)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(FreshProcess).Assembly.Location, model, photo])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        string[] lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return lines;
    }

    /// <summary>ML.NET's own transformers before, between and after ours; one of them not for scoring.</summary>
    internal static TransformerChain<ColumnCopyingTransformer> Mixed(Scene scene)
    {
        MLContext ml = scene.Context;
        var estimators = new EstimatorChain<ITransformer>()
            .Append(ml.Transforms.LoadImages("Photo", null, "ImagePath"))
            .Append(ml.Transforms.ResizeImages("Image", Scene.Width, Scene.Height, "Photo"))
            .Append(scene.Catalog.LoadLabelMaps("Label", null, "LabelPath"))
            .Append(scene.Dense())
            .Append(ml.Transforms.CopyColumns("Scores", "Logits"))
            .Append(ml.Transforms.SelectColumns("Image", "Label", "Logits", "Scores"))
            .Append(scene.Catalog.Trainers.SparseRefinement(scene.Refinement(classes: Scene.Classes())))
            .Append(ml.Transforms.CopyColumns("Spare", "PredictedLabel"), TransformerScope.TrainTest)
            .Append(scene.Catalog.ConvertToVector("Vector", "PredictedLabel"))
            .Append(ml.Transforms.CopyColumns("Answer", "Vector"), TransformerScope.Scoring);
        return estimators.Fit(scene.Data);
    }
}
