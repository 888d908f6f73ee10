using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Rows;

public class PredictionEngineTests
{
    [Fact]
    public void Predict_Chain_EqualsTransform()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        List<LabelMap> expected = [.. model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel")];
        using var engine = scene.Context.Model.CreatePredictionEngine<PhotoPair, Answer>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = 0; i < scene.Pairs.Count; i++)
        {
            Assert.Equal(expected[i].Labels, engine.Predict(scene.Pairs[i]).PredictedLabel.Labels);
        }
    }

    [Fact]
    public void Predict_ImageOfTheCaller_IsNeverDisposedNorHandedOut()
    {
        using var scene = new Scene();
        _ = scene.Catalog;
        using var photo = MLImage.CreateFromFile(scene.Pairs[0].ImagePath);
        var rows = scene.Context.Data.LoadFromEnumerable(new[] { new Photo { Image = photo } });
        var chain = scene.Dense().Append(scene.Catalog.SelectPixels("Selected", "Logits", "Image"));
        using var model = chain.Fit(rows);
        using (var engine = scene.Context.Model.CreatePredictionEngine<Photo, Pixels>(
            model, new PredictionEngineOptions { OwnsTransformer = false }))
        {
            Assert.Equal(Scene.Height, engine.Predict(new Photo { Image = photo }).Selected.Sites.Height);
            Assert.Equal(Scene.Height, engine.Predict(new Photo { Image = photo }).Selected.Sites.Height);
        }

        Assert.Equal(Scene.Width * Scene.Height * 4, photo.Pixels.Length);
    }

    [Fact]
    public void Dispose_Engine_DisposesTheModelByDefault()
    {
        using var scene = new Scene();
        var model = scene.Fit();
        var dense = model.OfType<DenseSegmentationTransformer>().Single();
        scene.Context.Model.CreatePredictionEngine<PhotoPair, Answer>(model).Dispose();
        Assert.True(dense.IsDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Predict_LoadedChain_DisposesTheModelOnlyWhereItOwnsIt(bool owns)
    {
        using var scene = new Scene();
        byte[] expected;
        using (var fitted = scene.Fit())
        {
            expected = fitted.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").First().Labels;
            scene.Catalog.Save(fitted, scene.Data.Schema, scene.PathOf("m.sparserefine"));
        }

        var context = new MLContext();
        using var loaded = (TransformerChain<ITransformer>)context.SemanticSegmentation.Load(scene.PathOf("m.sparserefine"), out _);
        DenseSegmentationTransformer dense = loaded.OfType<DenseSegmentationTransformer>().Single();
        var engine = context.Model.CreatePredictionEngine<PhotoPair, Answer>(
            loaded, new PredictionEngineOptions { OwnsTransformer = owns });
        Assert.Equal(expected, engine.Predict(scene.Pairs[0]).PredictedLabel.Labels);
        engine.Dispose();
        engine.Dispose();
        Assert.Equal(owns, dense.IsDisposed);
        if (owns)
        {
            Assert.Throws<ObjectDisposedException>(
                () => loaded.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").ToList());
        }
    }

    [Fact]
    public void Predict_ImagesOfDifferentSizes_EqualTheRowsOfOneDataView()
    {
        using var scene = new Scene();
        using var fitted = scene.Fit();
        var random = new Random(5);
        List<Photo> photos = [.. new[] { (40, 24), (7, 31), (1, 1), (64, 16), (40, 24) }.Select(size =>
        {
            byte[] pixels = new byte[size.Item1 * size.Item2 * 4];
            random.NextBytes(pixels);
            return new Photo { Image = MLImage.CreateFromPixels(size.Item1, size.Item2, MLPixelFormat.Bgra32, pixels) };
        })];
        IDataView rows = scene.Context.Data.LoadFromEnumerable(photos);
        ITransformer dense = scene.Dense().Fit(rows);
        using var model = new TransformerChain<ITransformer>(dense, fitted.LastTransformer);
        List<LabelMap> expected = [.. model.Transform(rows).GetColumn<LabelMap>("PredictedLabel")];
        using var engine = scene.Context.Model.CreatePredictionEngine<Photo, Answer>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = 0; i < photos.Count; i++)
        {
            LabelMap map = engine.Predict(photos[i]).PredictedLabel;
            Assert.Equal((photos[i].Image.Height, photos[i].Image.Width), (map.Height, map.Width));
            Assert.Equal(expected[i].Labels, map.Labels);
        }

        photos.ForEach(photo => photo.Image.Dispose());
    }

    internal sealed class Answer
    {
        public LabelMap PredictedLabel { get; set; } = null!;
    }

    internal sealed class Photo
    {
        public MLImage Image { get; set; } = null!;
    }

    internal sealed class Pixels
    {
        public SparseRefine.Selectors.PixelSelection Selected { get; set; } = null!;
    }
}
