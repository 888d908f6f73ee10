using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public class TimeBudgetTests
{
    [Fact]
    public void Transform_BudgetWithoutCost_CalibratesOnceAndKeepsTo()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        IDataView data = model.Transform(scene.Data);
        SparseRefinementTransformer timed = model.LastTransformer.WithSelector(PixelSelector.Parse("time:0.05"));
        Assert.Null(timed.Selector);
        List<PixelSelection> selections = [.. timed.Transform(data).GetColumn<PixelSelection>("Selected")];
        var selector = Assert.IsType<TimeBudgetSelector>(timed.Selector);
        int budget = (int)Math.Min(Scene.Height * Scene.Width, Math.Floor(0.05 / selector.MillisecondsPerPixel!.Value));
        Assert.All(selections, selection => Assert.Equal(budget, selection.Sites.Count));
        Assert.Same(selector, timed.Selector);
    }

    [Fact]
    public void Transform_BudgetWithCost_IsThatManyPixelsFromTheFirstRowOn()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        SparseRefinementTransformer timed = model.LastTransformer.WithSelector(PixelSelector.Parse("time:1:0.01"));
        Assert.IsType<TimeBudgetSelector>(timed.Selector);
        Assert.All(
            timed.Transform(model.Transform(scene.Data)).GetColumn<PixelSelection>("Selected"),
            selection => Assert.Equal(100, selection.Sites.Count));
    }

    [Fact]
    public void Save_CalibratedBudget_LoadsUncalibrated()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        SparseRefinementTransformer timed = model.LastTransformer.WithSelector(PixelSelector.Parse("time:5"));
        _ = timed.Transform(model.Transform(scene.Data)).GetColumn<PixelSelection>("Selected").First();
        scene.Catalog.Save(timed, null, scene.PathOf("m.sparserefine"));
        var loaded = (TransformerChain<ITransformer>)scene.Catalog.Load(scene.PathOf("m.sparserefine"), out _);
        var refiner = Assert.IsType<SparseRefinementTransformer>(Assert.Single(loaded));
        Assert.Null(refiner.Selector);
        Assert.Equal("time:5", refiner.Refiner.Selector.Describe());
    }

    [Fact]
    public void SelectPixels_BudgetWithoutCost_AsksForOne()
    {
        using var scene = new Scene(photos: 0);
        var error = Assert.Throws<ArgumentException>(() => scene.Catalog.SelectPixels("S", "Logits", "Image", "time:5"));
        Assert.StartsWith("Selector: expected a time budget with a cost per pixel (time:MS:COST)", error.Message, StringComparison.Ordinal);
    }
}
