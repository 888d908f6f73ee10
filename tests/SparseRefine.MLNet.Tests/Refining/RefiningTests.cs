using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public class RefiningTests
{
    [Fact]
    public void Fit_Joint_ReportsEpochsAndAddsColumns()
    {
        using var scene = new Scene();
        List<EpochReport> reports = [];
        using var inputs = scene.Inputs().Append(scene.Dense()).Fit(scene.Data);
        IDataView data = inputs.Transform(scene.Data);
        var refiner = scene.Catalog.Trainers.SparseRefine(scene.Refinement(reports.Add, data)).Fit(data);
        Assert.Equal(2, reports.Count);
        IDataView scored = refiner.Transform(data);
        LabelMap map = scored.GetColumn<LabelMap>("PredictedLabel").First();
        PixelSelection selection = scored.GetColumn<PixelSelection>("Selection").First();
        SparseLogits sparse = scored.GetColumn<SparseLogits>("SparseLogits").First();
        Assert.Equal((Scene.Height, Scene.Width), (map.Height, map.Width));
        Assert.Equal(Scene.Height * Scene.Width / 4, selection.Sites.Count);
        Assert.Equal(selection.Sites.Count, sparse.Sites.Count);
    }

    [Fact]
    public void Fit_StagesAlone_ComposeIntoLabels()
    {
        using var scene = new Scene();
        RefinerTrainerOptions training = scene.Refinement().Training;
        var chain = scene.Inputs().Append(scene.Dense())
            .Append(scene.Catalog.SelectPixels("Selection", "Logits", "Image", "fraction:0.3"))
            .Append(scene.Catalog.Trainers.SparseExtractor(new SparseExtractionOptions { Training = training }))
            .Append(scene.Catalog.Trainers.GatedEnsembler(new GatedEnsemblingOptions { Training = training }));
        using var model = chain.Fit(scene.Data);
        RefinementReport report = scene.Catalog.EvaluateRefinement(model, scene.Data);
        Assert.Equal(3, report.Images);
        Assert.Equal(0.3, report.Density, 2);
    }

    [Theory]
    [InlineData(EnsembleMethod.Entropy)]
    [InlineData(EnsembleMethod.Average)]
    [InlineData(EnsembleMethod.Replace)]
    public void Ensemble_WithoutTraining_KeepsDenseLabelsElsewhere(EnsembleMethod method)
    {
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        IDataView data = model.Transform(scene.Data);
        IDataView merged = scene.Catalog.Ensemble("Merged", "Logits", "Selection", "SparseLogits", method)
            .Fit(data).Transform(data);
        PixelSelection selection = merged.GetColumn<PixelSelection>("Selection").Single();
        LabelMap map = merged.GetColumn<LabelMap>("Merged").Single();
        bool[] selected = new bool[map.Labels.Length];
        foreach (int index in selection.Sites.Indices)
        {
            selected[index] = true;
        }

        for (int i = 0; i < selected.Length; i++)
        {
            Assert.True(selected[i] || map.Labels[i] == selection.DenseLabels.Labels[i], $"pixel {i}");
        }
    }

    [Fact]
    public void Fit_LabelMapOfOtherSize_NamesThePhoto()
    {
        using var scene = new Scene(photos: 1);
        IndexPng.Write(new LabelMap(new byte[4], 2, 2), scene.Pairs[0].LabelPath);
        var error = Assert.Throws<InvalidInputException>(() => scene.Fit());
        Assert.Contains($"expected a label map of {Scene.Height}x{Scene.Width}, got 2x2", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(scene.Pairs[0].ImagePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_LabelOutOfRange_NamesTheIdAndThePhoto()
    {
        using var scene = new Scene(photos: 1);
        byte[] labels = new byte[Scene.Height * Scene.Width];
        labels[5] = 9;
        IndexPng.Write(new LabelMap(labels, Scene.Height, Scene.Width), scene.Pairs[0].LabelPath);
        var error = Assert.Throws<InvalidInputException>(() => scene.Fit());
        Assert.Equal($"{scene.Pairs[0].ImagePath}: expected class ids 0 to 2 or 255, got 9", error.Message);
    }

    [Fact]
    public void Fit_OtherNumberOfClassNames_SaysBoth()
    {
        using var scene = new Scene(photos: 1);
        var error = Assert.Throws<ArgumentException>(() => scene.Fit(new ClassList(["a", "b"], new byte[6])));
        Assert.StartsWith("ClassList: expected 3 classes as the logits, got 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoRows_SaysSo()
    {
        using var scene = new Scene(photos: 0);
        var error = Assert.Throws<ArgumentException>(() => scene.Fit());
        Assert.Contains("expected at least one row, got none", error.Message, StringComparison.Ordinal);
    }
}
