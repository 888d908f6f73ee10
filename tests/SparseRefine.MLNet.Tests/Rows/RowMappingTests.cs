using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Rows;

public class RowMappingTests
{
    [Fact]
    public void GetOutputSchema_EveryEstimator_PromisesWhatIsDelivered()
    {
        using var scene = new Scene();
        var chain = scene.Inputs()
            .Append(scene.Dense())
            .Append(scene.Catalog.Trainers.SparseRefinement(scene.Refinement(classes: Scene.Classes())))
            .Append(scene.Catalog.ConvertToVector("Vector", "PredictedLabel"))
            .Append(scene.Catalog.PaintLabelMaps("Painted", "PredictedLabel", Scene.Classes()))
            .Append(scene.Catalog.OverlayLabelMaps("Overlay", "PredictedLabel", "Image"));
        SchemaShape shape = chain.GetOutputSchema(SchemaShapes.Append(new SchemaShape([]), [
            new MappedColumn("ImagePath", TextDataViewType.Instance, []),
            new MappedColumn("LabelPath", TextDataViewType.Instance, []),
        ]));
        DataViewSchema delivered = chain.Fit(scene.Data).Transform(scene.Data).Schema;

        Assert.Equal(shape.Select(c => c.Name), delivered.Select(c => c.Name));
        foreach (SchemaShape.Column promised in shape)
        {
            DataViewType type = delivered[promised.Name].Type;
            Assert.Equal(type is VectorDataViewType, promised.Kind != SchemaShape.Column.VectorKind.Scalar);
            Assert.Equal(type is VectorDataViewType vector ? vector.ItemType : type, promised.ItemType);
        }
    }

    [Fact]
    public void Transform_NobodyReads_RunsNoDenseModel()
    {
        using var scene = new Scene();
        using DenseSegmentationTransformer dense = scene.Dense().Fit(Load(scene));
        _ = dense.Transform(Load(scene)).GetColumn<string>("ImagePath").ToList();
        Assert.Equal(0, dense.Runs);
    }

    [Fact]
    public void Transform_ManyConsumers_RunsDenseModelOnceARow()
    {
        using var scene = new Scene(photos: 4);
        IDataView images = Load(scene);
        using DenseSegmentationTransformer dense = scene.Dense().Fit(images);
        IDataView data = dense.Transform(images);
        data = scene.Catalog.SelectPixels("A", "Logits", "Image").Fit(data).Transform(data);
        data = scene.Catalog.SelectPixels("B", "Logits", "Image", "fraction:0.5").Fit(data).Transform(data);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var a = cursor.GetGetter<PixelSelection>(data.Schema["A"]);
        var b = cursor.GetGetter<PixelSelection>(data.Schema["B"]);
        var first = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
        var second = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
        PixelSelection selection = null!;
        LogitMap one = null!;
        LogitMap two = null!;
        while (cursor.MoveNext())
        {
            a(ref selection);
            b(ref selection);
            first(ref one);
            second(ref two);
            Assert.Same(one, two);
        }

        Assert.Equal(4, dense.Runs);
    }

    [Fact]
    public void Transform_ThreeStagesReadTheImage_ReadsItsSourceOnceARow()
    {
        using var scene = new Scene();
        var source = new CountingTransformer();
        IDataView images = source.Transform(Load(scene));
        using DenseSegmentationTransformer dense = scene.Dense().Fit(images);
        IDataView data = dense.Transform(images);
        data = scene.Catalog.SelectPixels("A", "Logits", "Image").Fit(data).Transform(data);
        data = scene.Catalog.OverlayLabelMaps("Over", "Label", "Image").Fit(data).Transform(data);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var select = cursor.GetGetter<PixelSelection>(data.Schema["A"]);
        var overlay = cursor.GetGetter<MLImage>(data.Schema["Over"]);
        PixelSelection selection = null!;
        MLImage over = null!;
        while (cursor.MoveNext())
        {
            select(ref selection);
            overlay(ref over);
        }

        over.Dispose();
        Assert.Equal(3, source.Reads);
    }

    [Fact]
    public void GetRowCursorSet_SeveralCursors_GiveEveryRowOnce()
    {
        using var scene = new Scene(photos: 5);
        IDataView images = Load(scene);
        using DenseSegmentationTransformer dense = scene.Dense().Fit(images);
        IDataView data = dense.Transform(images);
        int rows = 0;
        foreach (DataViewRowCursor cursor in data.GetRowCursorSet(data.Schema, 2))
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
                LogitMap map = null!;
                while (cursor.MoveNext())
                {
                    getter(ref map);
                    rows++;
                }
            }
        }

        Assert.Equal(5, rows);
        Assert.Equal(5, dense.Runs);
    }

    [Fact]
    public void Transform_Twice_GivesTheSame()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        IDataView data = model.Transform(scene.Data);
        List<LabelMap> first = [.. data.GetColumn<LabelMap>("PredictedLabel")];
        List<LabelMap> second = [.. data.GetColumn<LabelMap>("PredictedLabel")];
        Assert.Equal(first.Select(map => map.Labels), second.Select(map => map.Labels));
    }

    [Fact]
    public void GetGetter_CursorDisposed_Throws()
    {
        using var scene = new Scene();
        IDataView images = Load(scene);
        using DenseSegmentationTransformer dense = scene.Dense().Fit(images);
        IDataView data = dense.Transform(images);
        DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var getter = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
        cursor.MoveNext();
        cursor.Dispose();
        LogitMap map = null!;
        Assert.Throws<ObjectDisposedException>(() => getter(ref map));
    }

    [Fact]
    public void GetGetter_OtherType_NamesColumnAndTypes()
    {
        using var scene = new Scene();
        IDataView images = Load(scene);
        using DenseSegmentationTransformer dense = scene.Dense().Fit(images);
        IDataView data = dense.Transform(images);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var error = Assert.Throws<InvalidOperationException>(
            () => cursor.GetGetter<SparseLogits>(data.Schema["Logits"]));
        Assert.Contains("column 'Logits': expected a getter of LogitMap, got SparseLogits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ColumnMissing_NamesIt()
    {
        using var scene = new Scene();
        var error = Assert.Throws<InvalidInputException>(() => scene.Dense().Fit(scene.Data));
        Assert.StartsWith("column 'Image': expected an image, got no such column", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ColumnOfOtherType_NamesBothTypes()
    {
        using var scene = new Scene();
        var error = Assert.Throws<InvalidInputException>(
            () => scene.Catalog.SelectPixels("S", "ImagePath", "Image").Fit(Load(scene)));
        Assert.StartsWith("column 'ImagePath': expected a LogitMap, got String", error.Message, StringComparison.Ordinal);
    }

    private static IDataView Load(Scene scene) => scene.Inputs().Fit(scene.Data).Transform(scene.Data);
}
