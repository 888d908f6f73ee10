using System.Security.Cryptography;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

public sealed class ShippedRefinerTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void WithShippedRefiner_DenseModelDisposed_RefinesWhatTheSelectorFinds()
    {
        using SegmentationModel dense = Dense();
        using SegmentationModel model = dense.WithShippedRefiner(PixelSelector.Parse("fraction:0.5"));
        dense.Dispose();

        using SegmentationResult result = model.Predict(_scene.Pairs[0].ImagePath);

        Assert.Equal(0.5, result.Density!.Value, 1e-2);
        Assert.True(result.Refined!.ExtractMultiplyAdds > 0);
    }

    [Fact]
    public void WithShippedRefiner_LearnedSelectorWithoutWeights_IsRefused()
    {
        using SegmentationModel dense = Dense();
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => dense.WithShippedRefiner(PixelSelector.Parse("learned:0.1")));
        Assert.Equal("selector: expected a learned one with weights, or a refiner whose own has some, got 'learned:0.1' and 'entropy:0.2'", error.Message);
    }

    [Fact]
    public void Save_WithShippedRefiner_LoadsToTheSameAnswerAndHash()
    {
        string file = _scene.PathOf("shipped.sparserefine");
        using SegmentationModel dense = Dense();
        using SegmentationModel model = dense.WithShippedRefiner(PixelSelector.Parse("fraction:0.5"));
        model.Save(file);
        using SegmentationModel loaded = SegmentationModel.Load(file);

        using SegmentationResult expected = model.Predict(_scene.Pairs[1].ImagePath);
        using SegmentationResult actual = loaded.Predict(_scene.Pairs[1].ImagePath);

        Assert.Equal(expected.Labels.Labels, actual.Labels.Labels);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), model.Hash);
        Assert.Equal(model.Hash, loaded.Hash);
        Assert.NotEqual(dense.Hash, model.Hash);
    }

    [Fact]
    public void Predict_SharpEdgeBehindCoarseScores_LabelsNearlyEveryPixelRightly()
    {
        // Scores of an 8 times smaller photo round off the square's corners; the colors tell where the square ends.
        const int Side = 128;
        byte[] pixels = new byte[Side * Side * 4];
        byte[] truth = new byte[Side * Side];
        for (int i = 0; i < truth.Length; i++)
        {
            bool isInside = i / Side is > 42 and < 91 && i % Side is > 29 and < 93;
            truth[i] = (byte)(isInside ? 1 : 0);
            pixels.AsSpan(i * 4, 4).Fill((byte)(isInside ? 200 : 90));
            pixels[(i * 4) + 3] = 255;
        }

        using var image = Microsoft.ML.Data.MLImage.CreateFromPixels(Side, Side, Microsoft.ML.Data.MLPixelFormat.Rgba32, pixels);
        using SegmentationModel dense = SegmentationModel.FromOnnx(
            TinyModels.Brightness(), "brightness", new DenseModelOptions { Scale = 0.125, SizeMultiple = 1, Mean = [145, 145, 145], Std = [20, 20, 20] });
        using SegmentationModel model = dense.WithShippedRefiner();

        using SegmentationResult result = model.Predict(image);

        int Wrong(LabelMap labels) => labels.Labels.Zip(truth, (a, b) => a == b ? 0 : 1).Sum();
        Assert.True(Wrong(result.DenseLabels) > 0);
        Assert.True(Wrong(result.Labels) < Wrong(result.DenseLabels) / 2, $"{Wrong(result.DenseLabels)} wrong before, {Wrong(result.Labels)} after");
    }

    [Fact]
    public void WithShippedRefiner_ClassesThatTheGraphLeavesOpen_CountsThem()
    {
        using SegmentationModel dense = Dense();
        using SegmentationModel model = dense.WithShippedRefiner();

        Assert.Equal(3, model.Refiner!.Classes);
        Assert.Equal(ShippedRefiner.Selector, model.Refiner.Selector.Describe());
    }

    [Fact]
    public void For_ClassesOutOfRange_NamesThem()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ShippedRefiner.For(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShippedRefiner.For(256));
    }

    private static SegmentationModel Dense() => SegmentationModel.FromOnnx(
        OnnxModelBuilder.Identity(), "identity", new DenseModelOptions { Scale = 0.5, SizeMultiple = 1, Mean = [0, 0, 0], Std = [64, 64, 64], IntraOpNumThreads = 1 });
}
