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
        using SegmentationModel model = Fitted();
        using MLImage photo = Noise(Side);
        long bytes = Alone.AllocatedBytes(() =>
        {
            using SegmentationResult result = model.Predict(photo);
            Assert.Equal(Side, result.Labels.Width);
        });
        Assert.InRange(bytes, Side * Side, (Side * Side) + MostSmallObjects);
    }

    [Fact]
    public void ReleaseBuffers_AfterALargePhoto_LeavesNothingOfItAndTheSameAnswer()
    {
        const int Side = 1024;
        using SegmentationModel model = Fitted();
        using MLImage photo = Noise(Side);
        long before = Held();
        byte[] labels = Labels();
        long held = Held() - before;
        model.ReleaseBuffers();
        long left = Held() - before;

        // The input at half size and the logits are 3 MB each, the refiner's buffers of 262144 selected pixels many times as much.
        Assert.True(held > 20 << 20 && left < held / 10, $"{held} bytes were held and {left} after the release");
        Assert.Equal(labels, Labels());

        byte[] Labels()
        {
            using SegmentationResult result = model.Predict(photo);
            return result.Labels.Labels;
        }

        static long Held() => GC.GetTotalMemory(forceFullCollection: true);
    }

    private static SegmentationModel Fitted()
    {
        using var scene = new Scene();
        using var fitted = scene.Fit();
        string file = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(fitted, null, file);
        return SegmentationModel.Load(file, new SegmentationModelOptions { Threads = 1 });
    }

    private static MLImage Noise(int side)
    {
        byte[] pixels = new byte[side * side * 4];
        new Random(1).NextBytes(pixels);
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }
}
