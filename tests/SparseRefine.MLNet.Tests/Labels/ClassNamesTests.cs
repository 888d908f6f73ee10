using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Labels;

/// <summary>Class names and colors that one stage is told reach every column behind it.</summary>
public class ClassNamesTests
{
    [Fact]
    public void Transform_ClassListOfTheDenseModel_ReachesEveryColumnAndTheMetrics()
    {
        using var scene = new Scene();
        using var model = Chain(scene).Fit(scene.Data);
        IDataView data = model.Transform(scene.Data);
        foreach ((string column, string annotation) in new[]
        {
            ("Logits", "SlotNames"), ("SparseLogits", "SlotNames"), ("PredictedLabel", "KeyValues"), ("Merged", "KeyValues"),
            ("Vector", "KeyValues"),
        })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            data.Schema[column].Annotations.GetValue(annotation, ref names);
            Assert.Equal(["red", "green", "blue"], names.DenseValues().Select(name => name.ToString()));
        }

        Assert.Equal(["red", "green", "blue"], scene.Catalog.Evaluate(data).ClassNames);
    }

    [Fact]
    public void GetOutputSchema_ClassListOfTheDenseModel_PromisesTheAnnotations()
    {
        using var scene = new Scene();
        var chain = Chain(scene);
        SchemaShape shape = chain.GetOutputSchema(Shapes.Of(scene.Data.Schema));
        using var model = chain.Fit(scene.Data);
        foreach (DataViewSchema.Column column in model.Transform(scene.Data).Schema)
        {
            SchemaShape promised = shape.Single(c => c.Name == column.Name).Annotations;
            Assert.Equal(column.Annotations.Schema.Select(c => c.Name).Order(), promised.Select(c => c.Name).Order());
        }
    }

    [Fact]
    public void LabelMapToImage_ClassesThatTheColumnCarries_PaintsTheirColors()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Context.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { PathColumnName = "LabelPath", ClassList = Scene.Classes() }))
            .Append(scene.Catalog.PaintLabelMaps("Painted", "Label"))
            .Append(scene.Catalog.PaintLabelMaps("Other", "Label", new ClassList(["a", "b", "c"], [1, 1, 1, 2, 2, 2, 3, 4, 5])))
            .Fit(scene.Data).Transform(scene.Data);
        using MLImage painted = data.GetColumn<MLImage>("Painted").Single();
        using MLImage other = data.GetColumn<MLImage>("Other").Single();

        // The photo's top is class 2.
        Assert.Equal([255, 0, 0, 255], painted.Pixels[..4].ToArray());
        Assert.Equal([5, 4, 3, 255], other.Pixels[..4].ToArray());
    }

    [Fact]
    public void LoadLabelMaps_ClassList_LimitsTheIdsAndIsSaved()
    {
        using var scene = new Scene(photos: 1);
        var two = new ClassList(["a", "b"], new byte[6]);
        ITransformer loading = scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { PathColumnName = "LabelPath", ClassList = two })
            .Fit(scene.Data);
        scene.Catalog.Save(loading, null, scene.PathOf("m.sparserefine"));
        IDataView data = scene.Catalog.Load(scene.PathOf("m.sparserefine"), out _).Transform(scene.Data);
        var error = Assert.Throws<InvalidInputException>(() => data.GetColumn<SparseRefine.Images.LabelMap>("Label").ToList());
        Assert.Equal($"{scene.Pairs[0].LabelPath}: expected class ids 0 to 1 or 255, got 2", error.Message);
    }

    [Fact]
    public void LoadLabelMaps_ClassListOfAnotherCount_SaysBoth()
    {
        using var scene = new Scene(photos: 0);
        var error = Assert.Throws<ArgumentException>(
            () => scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { Classes = 4, ClassList = Scene.Classes() }));
        Assert.Equal("ClassList: expected 4 classes as Classes says, got 3", error.Message);
    }

    [Fact]
    public void DenseModel_ClassListOfAnotherCount_SaysBoth()
    {
        using var scene = new Scene(photos: 0);
        var error = Assert.Throws<InvalidInputException>(() => scene.Dense(classes: new ClassList(["a", "b"], new byte[6])));
        Assert.StartsWith("ClassList: expected 3 classes as the logits, got 2", error.Message, StringComparison.Ordinal);
    }

    private static EstimatorChain<LabelMapToVectorTransformer> Chain(Scene scene) => scene.Inputs()
        .Append(scene.Dense(classes: Scene.Classes()))
        .Append(scene.Catalog.Trainers.SparseRefinement(scene.Refinement()))
        .Append(scene.Catalog.EnsembleScores("Merged", "Logits", "Selected", "SparseLogits"))
        .Append(scene.Catalog.ConvertToVector("Vector", "PredictedLabel"));
}
