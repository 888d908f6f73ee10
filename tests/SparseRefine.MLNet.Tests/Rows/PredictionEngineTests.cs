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
        var chain = scene.Dense().Append(scene.Catalog.SelectPixels("Selection", "Logits", "Image"));
        using var model = chain.Fit(rows);
        using (var engine = scene.Context.Model.CreatePredictionEngine<Photo, Selected>(
            model, new PredictionEngineOptions { OwnsTransformer = false }))
        {
            Assert.Equal(Scene.Height, engine.Predict(new Photo { Image = photo }).Selection.Sites.Height);
            Assert.Equal(Scene.Height, engine.Predict(new Photo { Image = photo }).Selection.Sites.Height);
        }

        Assert.Equal(Scene.Width * Scene.Height * 4, photo.Pixels.Length);
    }

    [Fact]
    public void Dispose_Engine_DisposesTheModelByDefault()
    {
        using var scene = new Scene();
        var model = scene.Fit();
        var dense = model.OfType<DenseModelTransformer>().Single();
        scene.Context.Model.CreatePredictionEngine<PhotoPair, Answer>(model).Dispose();
        Assert.True(dense.IsDisposed);
    }

    internal sealed class Answer
    {
        public LabelMap PredictedLabel { get; set; } = null!;
    }

    internal sealed class Photo
    {
        public MLImage Image { get; set; } = null!;
    }

    internal sealed class Selected
    {
        public SparseRefine.Selectors.PixelSelection Selection { get; set; } = null!;
    }
}
