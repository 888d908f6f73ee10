using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Rows;

/// <summary>Rows kept in memory, where ML.NET's own caching drops our columns.</summary>
public sealed class KeptRowsTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Cache_EveryTypeOfColumn_IsReadOnceAndStaysEqual()
    {
        int loaded = 0;
        IDataView counted = _scene.Inputs().Append(_scene.Dense(Scene.Classes())).Append(_scene.Catalog.ConvertToVector("Vector", "Label"))
            .Fit(_scene.Data).Transform(Counted(() => loaded++));
        IDataView kept = _scene.Catalog.Cache(counted);
        int read = loaded;
        Assert.Equal(3L, kept.GetRowCount());
        Assert.Equal(Pixels(kept), Pixels(kept));
        Assert.Equal(Labels(kept), Labels(kept));
        Assert.Equal((3, 3), (read, loaded));

        Assert.Equal(Labels(counted), Labels(kept));
        Assert.Equal(Pixels(counted), Pixels(kept));
        Assert.Equal(counted.GetColumn<LogitMap>("Logits").Select(map => map.Values.ToArray()), kept.GetColumn<LogitMap>("Logits").Select(map => map.Values.ToArray()));
        Assert.Equal(Vectors(counted), Vectors(kept));
    }

    [Fact]
    public void Cache_Seed_GivesAnOrderOfItsOwn()
    {
        string[] names = [.. _scene.Pairs.Select(pair => pair.ImagePath)];
        string[][] orders = [.. Enumerable.Range(0, 8).Select(seed => Names(_scene.Catalog.Cache(_scene.Data, seed)))];
        Assert.All(orders, order => Assert.Equal(names.Order(), order.Order()));
        Assert.Contains(orders, order => !order.SequenceEqual(names));
        Assert.Equal(orders[3], Names(_scene.Catalog.Cache(_scene.Data, 3)));
        Assert.Equal(names, Names(_scene.Catalog.Cache(_scene.Data)));
    }

    [Fact]
    public void Cache_Fit_IsThatOfTheRowsThemselves()
    {
        IDataView rows = _scene.Inputs().Append(_scene.Dense(Scene.Classes())).Fit(_scene.Data).Transform(_scene.Data);
        IDataView kept = _scene.Catalog.Cache(rows);
        byte[][] Answers(IDataView data) =>
            [.. _scene.Catalog.Trainers.SparseRefinement(_scene.Refinement()).Fit(data).Transform(data).GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels)];
        Assert.Equal(Answers(rows), Answers(kept));
    }

    // The hint about what ML.NET's own caching drops is for where it may have dropped something.
    [Fact]
    public void Fit_ColumnThatIsNotThere_BlamesCachingOnlyWhereNoColumnOfOursIsLeft()
    {
        const string Hint = "ml.SemanticSegmentation.Cache keeps them";
        IDataView rows = _scene.Inputs().Append(_scene.Dense(Scene.Classes())).Fit(_scene.Data).Transform(_scene.Data);
        Assert.Contains(Hint, Assert.Throws<InvalidInputException>(() => _scene.Catalog.ConvertToShares("Features", "None").Fit(_scene.Context.Data.Cache(rows))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Hint, Assert.Throws<InvalidInputException>(() => _scene.Catalog.ConvertToShares("Features", "None").Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_Cancelled_Ends()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => _scene.Catalog.Cache(_scene.Data, null, source.Token));
    }

    [Fact]
    public void MLNetCache_OfOurColumns_IsAnErrorThatNamesTheWay()
    {
        IDataView rows = _scene.Inputs().Append(_scene.Dense(Scene.Classes())).Fit(_scene.Data).Transform(_scene.Data);
        IDataView cached = _scene.Context.Data.Cache(rows);
        Assert.Contains("ml.SemanticSegmentation.Cache keeps them", Assert.Throws<InvalidInputException>(
            () => _scene.Catalog.Trainers.SparseRefinement(_scene.Refinement()).Fit(cached)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ValidationSetThatWasNotTransformed_IsNamed()
    {
        IDataView rows = _scene.Inputs().Append(_scene.Dense(Scene.Classes())).Fit(_scene.Data).Transform(_scene.Data);
        Assert.StartsWith("ValidationSet", Assert.Throws<InvalidInputException>(
            () => _scene.Catalog.Trainers.SparseRefinement(_scene.Refinement(validation: _scene.Data)).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlay_OutputAlone_TakesTheTrainersColumns()
    {
        using MLImage overlay = _scene.Fit(Scene.Classes()).Append(_scene.Catalog.OverlayLabelMaps("Overlay").Fit(Predicted())).Transform(_scene.Data).GetColumn<MLImage>("Overlay").First();
        Assert.Equal((Scene.Height, Scene.Width), (overlay.Height, overlay.Width));
    }

    private IDataView Predicted() => _scene.Fit(Scene.Classes()).Transform(_scene.Data);

    private IDataView Counted(Action onRow) => _scene.Context.Data.LoadFromEnumerable(_scene.Pairs.Select(pair =>
    {
        onRow();
        return pair;
    }));

    private static string[] Names(IDataView data) => [.. data.GetColumn<string>("ImagePath")];

    private static byte[][] Labels(IDataView data) => [.. data.GetColumn<LabelMap>("Label").Select(map => map.Labels)];

    private static byte[][] Pixels(IDataView data) => [.. data.GetColumn<MLImage>("Image").Select(image => image.Pixels.ToArray())];

    private static byte[][] Vectors(IDataView data) => [.. data.GetColumn<VBuffer<byte>>("Vector").Select(vector => vector.DenseValues().ToArray())];
}
