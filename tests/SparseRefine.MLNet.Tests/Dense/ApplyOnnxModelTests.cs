using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public class ApplyOnnxModelTests
{
    [Theory]
    [InlineData(1, 4, 5)]
    [InlineData(-1, 4, 5)]
    public void VectorToLogits_OutputOfApplyOnnxModel_KeepsEveryScore(int batch, int height, int width)
    {
        var context = new MLContext(1);
        float[] scores = [.. Enumerable.Range(0, 60).Select(i => (i * 7 % 13) - 5f)];
        IDataView data = context.Data.LoadFromEnumerable(new[] { new Row { Image = scores } });
        var chain = context.Transforms.ApplyOnnxModel(
                "scores", "image", new MemoryStream(OnnxModelBuilder.Identity(height: height, width: width, batch: batch)))
            .Append(context.SemanticSegmentation.ConvertToLogits(new VectorToLogitsEstimator.Options
            {
                InputColumnName = "scores",
                Classes = 3,
                Height = 4,
            }));
        using var model = chain.Fit(data);
        LogitMap map = model.Transform(data).GetColumn<LogitMap>("Logits").Single();
        Assert.Equal((3, 4, 5), (map.Classes, map.Height, map.Width));
        Assert.Equal(scores, map.Values);
    }

    [Fact]
    public void SelectPixels_BehindApplyOnnxModel_Selects()
    {
        var context = new MLContext(1);
        using MLImage photo = MLImage.CreateFromPixels(10, 8, MLPixelFormat.Bgra32, new byte[320]);
        IDataView data = context.Data.LoadFromEnumerable(new[] { new Row { Image = new float[60], Photo = photo } });
        var chain = context.Transforms.ApplyOnnxModel(
                "scores", "image", new MemoryStream(OnnxModelBuilder.Identity(height: 4, width: 5, batch: 1)))
            .Append(context.SemanticSegmentation.ConvertToLogits("Logits", "scores"))
            .Append(context.SemanticSegmentation.SelectPixels("Selected", "Logits", "Photo", "pixels:7"));
        using var model = chain.Fit(data);
        var selection = model.Transform(data).GetColumn<SparseRefine.Selectors.PixelSelection>("Selected").Single();
        Assert.Equal((7, 8, 10), (selection.Sites.Count, selection.Sites.Height, selection.Sites.Width));
    }

    private sealed class Row
    {
        [ColumnName("image")]
        [VectorType(1, 3, 4, 5)]
        public float[] Image { get; set; } = [];

        public MLImage? Photo { get; set; }
    }
}
