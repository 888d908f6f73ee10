using Microsoft.ML.Data;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

[Collection(Alone.Name)]
public class SegmentationModelMemoryTests
{
    // Far less than the logits, 3 classes of 256x256 floats = 768 kB.
    private const int MostSmallObjects = 64_000;

    [Fact]
    public void Predict_PhotosOfOneSize_AllocatesTheLabelMapAndLittleElse()
    {
        const int Side = 512;
        using var scene = new Scene();
        using var fitted = scene.Fit();
        string file = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(fitted, null, file);
        using SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { Threads = 1 });
        byte[] pixels = new byte[Side * Side * 4];
        new Random(1).NextBytes(pixels);
        using MLImage photo = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, pixels);
        long bytes = Alone.AllocatedBytes(() =>
        {
            using SegmentationResult result = model.Predict(photo);
            Assert.Equal(Side, result.Labels.Width);
        });
        Assert.InRange(bytes, Side * Side, (Side * Side) + MostSmallObjects);
    }
}
