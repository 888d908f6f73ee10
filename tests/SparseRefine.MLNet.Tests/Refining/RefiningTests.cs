using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
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
        var refiner = scene.Catalog.Trainers.SparseRefinement(scene.Refinement(reports.Add, data)).Fit(data);
        Assert.Equal(2, reports.Count);
        IDataView scored = refiner.Transform(data);
        LabelMap map = scored.GetColumn<LabelMap>("PredictedLabel").First();
        PixelSelection selection = scored.GetColumn<PixelSelection>("Selected").First();
        SparseLogits sparse = scored.GetColumn<SparseLogits>("SparseLogits").First();
        Assert.Equal((Scene.Height, Scene.Width), (map.Height, map.Width));
        Assert.Equal(Scene.Height * Scene.Width / 4, selection.Sites.Count);
        Assert.Equal(selection.Sites.Count, sparse.Sites.Count);
    }

    [Fact]
    public void Fit_SelectorChosenByValidation_ScoresEachPhotoOnce()
    {
        using var scene = new Scene();
        using var inputs = scene.Inputs().Append(scene.Dense()).Fit(scene.Data);
        DenseSegmentationTransformer dense = inputs.LastTransformer;
        IDataView data = inputs.Transform(scene.Data);
        IDataView validation = inputs.Transform(scene.Context.Data.TakeRows(scene.Data, 1));
        ThresholdCalibration expected = new();
        expected.Add(validation.GetColumn<LogitMap>("Logits").Single(), validation.GetColumn<LabelMap>("Label").Single(), new Workers(1));
        long before = dense.Runs;
        SparseRefinementTrainer.Options options = scene.Refinement(validation: validation) with
        {
            ChooseSelector = calibration =>
            {
                Assert.Equal((expected.Pixels, expected.Errors), (calibration.Pixels, calibration.Errors));
                return new EntropySelector(calibration.ForDensity(0.2).Threshold);
            },
        };
        SparseRefinementTransformer refiner = scene.Catalog.Trainers.SparseRefinement(options).Fit(data);
        Assert.Equal(3 + 1, dense.Runs - before);
        Assert.Equal(expected.ForDensity(0.2).Threshold, Assert.IsType<EntropySelector>(refiner.Selector).Threshold);
    }

    [Fact]
    public void Fit_StagesAlone_ComposeIntoLabels()
    {
        using var scene = new Scene();
        RefinerTrainerOptions training = scene.Refinement();
        var chain = scene.Inputs().Append(scene.Dense())
            .Append(scene.Catalog.SelectPixels("Selected", "Logits", "Image", "fraction:0.3"))
            .Append(scene.Catalog.Trainers.SparseExtraction(new SparseExtractionTrainer.Options(training)))
            .Append(scene.Catalog.Trainers.GatedEnsembling(new GatedEnsemblingTrainer.Options(training)));
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
        IDataView merged = scene.Catalog.EnsembleScores("Merged", "Logits", "Selected", "SparseLogits", method)
            .Fit(data).Transform(data);
        PixelSelection selection = merged.GetColumn<PixelSelection>("Selected").Single();
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
        var error = Assert.Throws<InvalidInputException>(() => scene.Fit(new ClassList(["a", "b"], new byte[6])));
        Assert.StartsWith("ClassList: expected 3 classes as the logits, got 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fraction:0", 0)]
    [InlineData("fraction:1", 1)]
    public void Transform_NothingOrEverythingSelected_GivesLabels(string selector, double density)
    {
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        IDataView data = scene.Inputs().Append(scene.Dense()).Fit(scene.Data).Transform(scene.Data);
        IDataView scored = model.LastTransformer.WithSelector(PixelSelector.Parse(selector)).Transform(data);
        PixelSelection selection = scored.GetColumn<PixelSelection>("Selected").Single();
        LabelMap map = scored.GetColumn<LabelMap>("PredictedLabel").Single();
        Assert.Equal(density, selection.Sites.Density);
        if (density == 0)
        {
            Assert.Equal(selection.DenseLabels.Labels, map.Labels);
        }
    }

    [Fact]
    public void Transform_OnePixelPhoto_GivesOneLabel()
    {
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        using var dot = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [0, 0, 255, 255]);
        IDataView row = scene.Context.Data.LoadFromEnumerable(new[] { new Rows.PredictionEngineTests.Photo { Image = dot } });
        using var dense = scene.Dense().Fit(row);
        LabelMap map = model.LastTransformer.Transform(dense.Transform(row)).GetColumn<LabelMap>("PredictedLabel").Single();
        Assert.Equal((1, 1), (map.Height, map.Width));
    }

    [Fact]
    public void Transform_RowWithoutImage_NamesTheColumn()
    {
        using var scene = new Scene(photos: 1);
        _ = scene.Catalog;
        IDataView row = scene.Context.Data.LoadFromEnumerable(new[] { new Rows.PredictionEngineTests.Photo() });
        using var dense = scene.Dense().Fit(row);
        var error = Assert.Throws<InvalidInputException>(
            () => dense.Transform(row).GetColumn<LogitMap>("Logits").ToList());
        Assert.Equal("column 'Image': expected an image, got none, as in a row that LoadPhotos flagged: FilterByCustomPredicate leaves such rows out, PhotoErrors.Skip as well", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no photo")]
    public void Transform_FileThatIsNoImage_NamesColumnAndRow(string content)
    {
        using var scene = new Scene(photos: 1);
        File.WriteAllText(scene.Pairs[0].ImagePath, content);
        IDataView data = scene.Inputs().Append(scene.Dense()).Fit(scene.Data).Transform(scene.Data);
        var error = Assert.Throws<InvalidInputException>(() => data.GetColumn<LogitMap>("Logits").ToList());
        Assert.StartsWith("column 'Image', row 0: expected an image, got", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoRows_SaysSo()
    {
        using var scene = new Scene(photos: 0);
        var error = Assert.Throws<ArgumentException>(() => scene.Fit());
        Assert.Contains("expected at least one row, got none", error.Message, StringComparison.Ordinal);
    }
}
