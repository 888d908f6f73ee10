using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

/// <summary>A run of 2048x2048 takes 48 MB for its input, for its output and for what lies between.</summary>
[Collection(Alone.Name)]
public class ReleaseBuffersTests
{
    private const int Side = 2048;
    private const long Output = 3L * Side * Side * sizeof(float);

    [Theory]
    [InlineData(-1)]
    [InlineData(Side)]
    public void ReleaseBuffers_AfterALargePhoto_GivesTheRuntimesMemoryBack(int side)
    {
        using DenseModel model = new(
            Twice(side), "m.onnx", new() { Scale = side < 0 ? 1 : null, SizeMultiple = 1, ScoreKind = ScoreKind.Logits });
        ImageBuffer photo = TestImage.Noise(Side, Side);
        float[] before = model.Run(photo.View).Values;
        long held = NativeBytes();
        model.ReleaseBuffers();
        long left = NativeBytes();
        Assert.True(held - left > Output * 3 / 4, $"expected about {Output} bytes less, got {held - left}");
        Assert.Equal(before, model.Run(photo.View).Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SparesMemory_AfterALargePhoto_NothingIsKept(bool sharesSession)
    {
        using DenseModel model = new(
            Twice(-1), "m.onnx", new() { Scale = 1, SizeMultiple = 1, ScoreKind = ScoreKind.Logits, SparesMemory = !sharesSession });
        using DenseModel teacher = model.AtScale(1, sparesMemory: true);
        ImageBuffer photo = TestImage.Noise(Side, Side);
        long before = NativeBytes();
        float[] answer = teacher.Run(photo.View).Values;
        long kept = NativeBytes() - before;
        Assert.True(kept < Output / 2, $"expected less than {Output / 2} bytes, got {kept}");
        if (sharesSession)
        {
            Assert.Equal(model.Run(photo.View).Values, answer);
        }
    }

    [Fact]
    public void ReleaseBuffers_WhileOthersRun_ChangesNoAnswer()
    {
        using DenseModel model = new(OnnxModelBuilder.Identity(), "m.onnx", new() { Scale = 1, SizeMultiple = 1, ScoreKind = ScoreKind.Logits });
        ImageBuffer photo = TestImage.Noise(100, 90);
        float[] expected = model.Run(photo.View).Values;
        Parallel.For(0, 200, i =>
        {
            if (i % 4 == 0)
            {
                model.ReleaseBuffers();
            }
            else
            {
                Assert.Equal(expected, model.Run(photo.View).Values);
            }
        });
    }

    [Fact]
    public void ReleaseBuffers_Disposed_Throws()
    {
        DenseModel model = new(OnnxModelBuilder.Identity(), "m.onnx");
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(model.ReleaseBuffers);
    }

    private static byte[] Twice(int side) => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, 1, 3, side, side)
        .Node("Neg", ["image"], ["middle"])
        .Node("Neg", ["middle"], ["scores"])
        .Output("scores", OnnxModelBuilder.Float, 1, 3, side, side)
        .Build();

    private static long NativeBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}
