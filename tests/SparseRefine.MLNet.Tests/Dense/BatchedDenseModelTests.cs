using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet.Tests.Rows;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public sealed class BatchedDenseModelTests : IDisposable
{
    private readonly Scene scene = new(photos: 5);

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    public void Transform_Batches_EqualOneByOne(int batchSize)
    {
        IDataView photos = scene.Context.Data.LoadFromEnumerable(Sizes());
        using DenseSegmentationTransformer alone = Fit(1, photos);
        using DenseSegmentationTransformer batched = Fit(batchSize, photos);
        IDataView data = batched.Transform(photos);
        for (int pass = 0; pass < 2; pass++)
        {
            List<LogitMap> expected = [.. alone.Transform(photos).GetColumn<LogitMap>("Logits")];
            List<LogitMap> actual = [.. data.GetColumn<LogitMap>("Logits")];
            Assert.Equal(expected.Select(map => (map.Height, map.Width)), actual.Select(map => (map.Height, map.Width)));
            Assert.Equal(expected.SelectMany(map => map.Values), actual.SelectMany(map => map.Values));
        }

        Assert.Equal(14, batched.Runs);
    }

    [Fact]
    public void Transform_OtherColumns_StayWithTheirRows()
    {
        IDataView data = Fit(3, scene.Data).Transform(scene.Inputs().Fit(scene.Data).Transform(scene.Data));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var path = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["ImagePath"]);
        var image = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        var label = cursor.GetGetter<LabelMap>(data.Schema["Label"]);
        var logits = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
        var id = cursor.GetIdGetter();
        HashSet<DataViewRowId> ids = [];
        MLImage photo = null!;
        for (int i = 0; i < 5; i++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(i, cursor.Position);
            ReadOnlyMemory<char> text = default;
            LabelMap map = null!;
            LogitMap scores = null!;
            DataViewRowId rowId = default;
            path(ref text);
            image(ref photo);
            label(ref map);
            logits(ref scores);
            id(ref rowId);
            Assert.Equal(scene.Pairs[i].ImagePath, text.ToString());
            Assert.Equal(scene.Pairs[i].ImagePath, photo.Tag);
            Assert.Equal(IndexPng.Read(scene.Pairs[i].LabelPath).Labels, map.Labels);
            using MLImage expected = MLImage.CreateFromFile(scene.Pairs[i].ImagePath);
            Assert.Equal(expected.GetBGRPixels, photo.GetBGRPixels);
            Assert.True(ids.Add(rowId));
        }

        Assert.False(cursor.MoveNext());
        cursor.Dispose();
        Assert.Throws<InvalidOperationException>(() => photo.Width);
        LogitMap none = null!;
        Assert.Throws<ObjectDisposedException>(() => logits(ref none));
        Assert.Throws<ObjectDisposedException>(() => image(ref photo));
    }

    [Fact]
    public void Transform_ImagesThatTheirOwnerEndsAtOnce_AreNotTouchedAfterTheirRow()
    {
        // Each photo lives only while the source stands on it, and belongs to the caller.
        static IEnumerable<PredictionEngineTests.Photo> Photos()
        {
            for (int i = 0; i < 7; i++)
            {
                using MLImage image = Sizes()[i].Image;
                yield return new PredictionEngineTests.Photo { Image = image };
                Assert.Equal(image.Width * image.Height * 4, image.Pixels.Length);
            }
        }

        IDataView photos = scene.Context.Data.LoadFromEnumerable(Photos());
        using DenseSegmentationTransformer batched = Fit(3, photos);
        IDataView data = scene.Catalog.SelectPixels("Selected", "Logits", "Image", "pixels:5").Fit(batched.Transform(photos))
            .Transform(batched.Transform(photos));
        int rows = 0;
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var image = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        var selection = cursor.GetGetter<SparseRefine.Selectors.PixelSelection>(data.Schema["Selected"]);
        while (cursor.MoveNext())
        {
            MLImage photo = null!;
            SparseRefine.Selectors.PixelSelection pixels = null!;
            image(ref photo);
            selection(ref pixels);
            using MLImage expected = Sizes()[rows++].Image;
            Assert.Equal(expected.Pixels.ToArray(), photo.Pixels.ToArray());
            Assert.Equal((expected.Height, expected.Width), (pixels.Sites.Height, pixels.Sites.Width));
        }

        Assert.Equal(7, rows);
    }

    [Fact]
    public void Transform_ReaderThatDisposesItsImages_DisturbsNoLaterRow()
    {
        IDataView photos = scene.Context.Data.LoadFromEnumerable(Sizes());
        using DenseSegmentationTransformer batched = Fit(2, photos);
        IDataView data = batched.Transform(photos);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var image = cursor.GetGetter<MLImage>(data.Schema["Image"]);
        for (int i = 0; cursor.MoveNext(); i++)
        {
            MLImage photo = null!;
            image(ref photo);
            using MLImage expected = Sizes()[i].Image;
            Assert.Equal(expected.Pixels.ToArray(), photo.Pixels.ToArray());
            photo.Dispose();
        }
    }

    [Fact]
    public void Transform_SeveralReaders_DecodesEachImageOnce()
    {
        var source = new CountingTransformer();
        IDataView images = source.Transform(scene.Inputs().Fit(scene.Data).Transform(scene.Data));
        using DenseSegmentationTransformer dense = Fit(2, images);
        IDataView data = dense.Transform(images);
        data = scene.Catalog.SelectPixels("A", "Logits", "Image").Fit(data).Transform(data);
        data = scene.Catalog.OverlayLabelMaps("Over", "Label", "Image").Fit(data).Transform(data);
        using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
        {
            var select = cursor.GetGetter<SparseRefine.Selectors.PixelSelection>(data.Schema["A"]);
            var overlay = cursor.GetGetter<MLImage>(data.Schema["Over"]);
            MLImage over = null!;
            while (cursor.MoveNext())
            {
                SparseRefine.Selectors.PixelSelection selection = null!;
                select(ref selection);
                overlay(ref over);
            }

            over.Dispose();
        }

        Assert.Equal(5, source.Reads);
    }

    [Fact]
    public void Transform_NobodyReadsTheScores_PreparesNothing()
    {
        var source = new CountingTransformer();
        IDataView images = source.Transform(scene.Inputs().Fit(scene.Data).Transform(scene.Data));
        using DenseSegmentationTransformer dense = Fit(2, images);
        _ = dense.Transform(images).GetColumn<string>("ImagePath").ToList();
        Assert.Equal((0, 0), (source.Reads, dense.Runs));
    }

    [Fact]
    public void Transform_RowThatFails_FailsAloneAndOnlyWhenRead()
    {
        File.WriteAllText(scene.Pairs[2].ImagePath, "no photo");
        File.Delete(scene.Pairs[1].LabelPath);
        IDataView input = scene.Inputs().Fit(scene.Data).Transform(scene.Data);
        using DenseSegmentationTransformer dense = Fit(4, input);
        IDataView data = dense.Transform(input);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        var label = cursor.GetGetter<LabelMap>(data.Schema["Label"]);
        var logits = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
        for (int i = 0; cursor.MoveNext(); i++)
        {
            LabelMap map = null!;
            LogitMap scores = null!;
            Exception? labelError = Record.Exception(() => label(ref map));
            Exception? logitsError = Record.Exception(() => logits(ref scores));
            Assert.Equal(i == 1, labelError is not null);
            Assert.Equal(i == 2, logitsError is InvalidInputException);
        }
    }

    [Fact]
    public void Transform_CursorSet_GivesEveryRowOnce()
    {
        IDataView input = scene.Inputs().Fit(scene.Data).Transform(scene.Data);
        using DenseSegmentationTransformer dense = Fit(2, input);
        IDataView data = dense.Transform(input);
        List<LogitMap> expected = [.. data.GetColumn<LogitMap>("Logits")];
        List<float> sums = [];
        foreach (DataViewRowCursor cursor in data.GetRowCursorSet(data.Schema, 2))
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<LogitMap>(data.Schema["Logits"]);
                LogitMap map = null!;
                while (cursor.MoveNext())
                {
                    getter(ref map);
                    sums.Add(map.Values.Sum());
                }
            }
        }

        Assert.Equal(expected.Select(map => map.Values.Sum()).Order(), sums.Order());
    }

    [Fact]
    public void Predict_Batches_ScoresSingleRows()
    {
        IDataView photos = scene.Context.Data.LoadFromEnumerable(Sizes());
        var model = Fit(4, photos);
        float[] expected = Fit(1, photos).Transform(photos).GetColumn<LogitMap>("Logits").First().Values;
        using var engine = scene.Context.Model.CreatePredictionEngine<PredictionEngineTests.Photo, Scores>(model);
        Assert.Equal(expected, engine.Predict(Sizes()[0]).Logits.Values);
    }

    [Fact]
    public void SaveAndLoad_BatchSize_StaysAsItIs()
    {
        IDataView input = scene.Inputs().Fit(scene.Data).Transform(scene.Data);
        using DenseSegmentationTransformer dense = Fit(3, input);
        scene.Catalog.Save(dense, null, scene.PathOf("m.sparserefine"));
        Assert.Equal("3", scene.Catalog.Describe(scene.PathOf("m.sparserefine")).Parts.Single().Options["batchSize"]);
        using var loaded = (TransformerChain<ITransformer>)scene.Catalog.Load(scene.PathOf("m.sparserefine"), out _);
        Assert.Equal(
            dense.Transform(input).GetColumn<LogitMap>("Logits").SelectMany(map => map.Values),
            loaded.Transform(input).GetColumn<LogitMap>("Logits").SelectMany(map => map.Values));
    }

    [Fact]
    public void DenseModel_BatchSizeForASinglePhotoModel_SaysSo()
    {
        var error = Assert.Throws<InvalidInputException>(() => scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            ModelBytes = OnnxModelBuilder.Identity(batch: 1),
            BatchSize = 4,
        }));
        Assert.Equal(
            "ONNX model: expected a model with an open first axis for BatchSize 4, got one that takes a single photo", error.Message);
    }

    [Fact]
    public void DenseModel_BatchSizeBelowOne_SaysSo() => Assert.Equal(
        "BatchSize: expected 1 or more, got 0",
        Assert.Throws<ArgumentException>(() => Fit(0, scene.Data)).Message);

    private static PredictionEngineTests.Photo[] Sizes() => [.. new[] { (9, 7), (9, 7), (6, 8), (6, 8), (6, 8), (9, 7), (5, 5) }
        .Select((size, i) =>
        {
            byte[] pixels = new byte[size.Item1 * size.Item2 * 4];
            new Random(i).NextBytes(pixels);
            return new PredictionEngineTests.Photo
            {
                Image = MLImage.CreateFromPixels(size.Item1, size.Item2, MLPixelFormat.Bgra32, pixels),
            };
        })];

    private DenseSegmentationTransformer Fit(int batchSize, IDataView data)
    {
        var estimator = scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            ModelBytes = OnnxModelBuilder.Identity(),
            BatchSize = batchSize,
            Scale = 0.5,
            SizeMultiple = 1,
            IntraOpNumThreads = 1,
        });
        return estimator.Fit(data.Schema.GetColumnOrNull("Image") is null ? scene.Inputs().Fit(data).Transform(data) : data);
    }

    private sealed class Scores
    {
        public LogitMap Logits { get; set; } = null!;
    }
}
