using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

[Collection(Alone.Name)]
public class RecycledLogitsTests
{
    private const int Rows = 20;
    private const int Side = 256;

    [Fact]
    public void Row_LogitsReadByOurTransformersOnly_AreNotAllocatedAnew()
    {
        (long own, _) = Read(readsLogits: false);
        (long shown, LogitMap[] maps) = Read(readsLogits: true);
        Assert.InRange(own, Side * Side, (Side * Side) + 100_000);
        Assert.InRange(shown, own + (Side * Side * 3 * sizeof(float)) - 8, long.MaxValue);

        // What somebody was handed stays as it was.
        Assert.Equal(maps.Length, maps.Select(map => map.Values).Distinct().Count());
        Assert.All(maps.Select((map, i) => (map, i)), pair => Assert.Equal(pair.i * 10, pair.map.Values[0], 3));
    }

    private static (long Bytes, LogitMap[] Maps) Read(bool readsLogits)
    {
        var context = new MLContext(1);
        MLImage[] photos = [.. Enumerable.Range(0, Rows).Select(i => MLImage.CreateFromPixels(
            Side, Side, MLPixelFormat.Rgba32, Enumerable.Repeat((byte)(i * 10), Side * Side * 4).ToArray()))];
        IDataView rows = context.Data.LoadFromEnumerable(photos.Select(photo => new Tests.Rows.PredictionEngineTests.Photo { Image = photo }));
        using DenseSegmentationTransformer dense = context.SemanticSegmentation.ApplyDenseModel(
            "Logits",
            "Image",
            new MemoryStream(OnnxModelBuilder.Identity()),
            new DenseModelOptions { Scale = 1, SizeMultiple = 1, Mean = [0, 0, 0], Std = [1, 1, 1], IntraOpNumThreads = 1 }).Fit(rows);
        IDataView selected = dense.Transform(rows);
        selected = context.SemanticSegmentation.SelectPixels("Selected", "Logits", "Image", "fraction:0").Fit(selected).Transform(selected);
        using DataViewRowCursor cursor = selected.GetRowCursor(selected.Schema);
        var readSelection = cursor.GetGetter<SparseRefine.Selectors.PixelSelection>(selected.Schema["Selected"]);
        ValueGetter<LogitMap>? readLogits = readsLogits ? cursor.GetGetter<LogitMap>(selected.Schema["Logits"]) : null;
        List<LogitMap> maps = [];
        long least = long.MaxValue;
        while (cursor.MoveNext())
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            SparseRefine.Selectors.PixelSelection selection = null!;
            readSelection(ref selection);
            LogitMap map = null!;
            readLogits?.Invoke(ref map);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            maps.Add(map);
        }

        Array.ForEach(photos, photo => photo.Dispose());
        return (least, [.. maps]);
    }
}
