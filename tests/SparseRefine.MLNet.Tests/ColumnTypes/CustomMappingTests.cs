using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Columns;

/// <summary>A user's own mapping reads our columns; ML.NET compares their types by reference.</summary>
public class CustomMappingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_MappingInAChainOfOurs_ReadsEveryKindOfColumn(bool sized)
    {
        using var scene = new Scene();
        var images = sized
            ? scene.Inputs().Append(scene.Context.Transforms.ResizeImages("Image", Scene.Width, Scene.Height, "Image"))
            : scene.Inputs();
        var chain = images.Append(scene.Dense())
            .Append(scene.Catalog.Trainers.SparseRefinement(scene.Refinement()))
            .Append(scene.Context.Transforms.CustomMapping<Columns, Counted>(Count, null))
            .Append(scene.Catalog.ConvertToVector("Vector", "PredictedLabel"));
        using var model = chain.Fit(scene.Data);
        IDataView data = model.Transform(scene.Data);
        Assert.All(data.GetColumn<string>("Text"), text => Assert.Equal("24x40, 24x40, 3, 240 of 3", text));
        Assert.Equal(sized ? Scene.Height * Scene.Width : 0, ((VectorDataViewType)data.Schema["Vector"].Type).Size);
        using var engine = scene.Context.Model.CreatePredictionEngine<PhotoPair, Counted>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        Assert.Equal("24x40, 24x40, 3, 240 of 3", engine.Predict(scene.Pairs[1]).Text);
    }

    [Fact]
    public void Fit_MappingOfAViewWithOurColumns_ReadsThem()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        IDataView data = model.Transform(scene.Data);
        IDataView mapped = new EstimatorChain<ITransformer>()
            .Append(scene.Context.Transforms.CustomMapping<Columns, Counted>(Count, null)).Fit(data).Transform(data);
        Assert.Equal("24x40, 24x40, 3, 240 of 3", mapped.GetColumn<string>("Text").First());
    }

    [Fact]
    public void Fit_MappingOfAPhotoBehindAStageOfOurs_ReadsIt()
    {
        using var scene = new Scene(photos: 1);
        var chain = scene.Inputs().Append(scene.Dense())
            .Append(scene.Context.Transforms.CustomMapping<Photo, Counted>((from, to) => to.Text = $"{from.Image.Width}", null));
        using var model = chain.Fit(scene.Data);
        Assert.Equal("40", model.Transform(scene.Data).GetColumn<string>("Text").Single());
    }

    private static void Count(Columns from, Counted to) => to.Text =
        $"{from.PredictedLabel.Height}x{from.PredictedLabel.Width}, {from.Label.Height}x{from.Label.Width}, "
        + $"{from.Logits.Classes}, {from.Selected.Sites.Count} of {from.SparseLogits.Classes}";

    private sealed class Columns
    {
        public LabelMap Label { get; set; } = null!;

        public LabelMap PredictedLabel { get; set; } = null!;

        public LogitMap Logits { get; set; } = null!;

        public PixelSelection Selected { get; set; } = null!;

        public SparseLogits SparseLogits { get; set; } = null!;
    }

    private sealed class Photo
    {
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Counted
    {
        public string Text { get; set; } = "";
    }
}
