using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Onnx.Export;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

public sealed class FeatureRefinementExportTests
{
    private static readonly Workers Workers = new(2);

    [Theory]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Polyphase)]
    [InlineData(BackboneKind.Light, true, true, false, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, false, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, false, false, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, false, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.LargeKernel, true, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.ResNet18, true, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average, 2)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average, 1)]
    [InlineData(BackboneKind.ResNet18, false, true, true, ContextPooling.Average, 1)]
    public void ToOnnx_ThroughOnnxRuntime_EqualsOurForwardAtEverySize(
        BackboneKind backbone, bool module, bool pairwise, bool unary, ContextPooling pooling, int stride = 4)
    {
        FeatureRefinementNetwork network = Network(new FeatureRefinementOptions(5)
        {
            Backbone = backbone,
            OutputStride = stride,
            Channels = [16, 24, 32, 40],
            Blocks = [1, 1, 1, 1],
            DecoderChannels = 24,
            HasModule = module,
            HasPairwise = pairwise,
            HasUnary = unary,
            Pooling = pooling,
            Temperature = 0.5,
        });
        byte[] onnx = FeatureRefinementExport.ToOnnx(network);
        foreach ((int height, int width) in new[] { (64, 96), (128, 64), (75, 101), (5, 3) })
        {
            byte[] pixels = new byte[height * width * 3];
            new Random(height).NextBytes(pixels);
            var image = new ImageView(pixels, height, width, PixelOrder.Rgb24);
            LogitMap ours = network.Run(image, Workers);
            using var model = new DenseModel(onnx, "export", new DenseModelOptions { Scale = null, Height = height, Width = width });
            LogitMap theirs = model.Run(image);

            Assert.Equal((ours.Classes, ours.Height, ours.Width), (theirs.Classes, theirs.Height, theirs.Width));
            float largest = ours.Values.Max(Math.Abs);
            for (int i = 0; i < ours.Values.Length; i++)
            {
                float error = Math.Abs(ours.Values[i] - theirs.Values[i]);
                Assert.True(error <= 1e-4 * Math.Max(1, largest), $"{height}x{width} [{i}]: ours {ours.Values[i]}, theirs {theirs.Values[i]}, largest {largest}");
            }
        }
    }

    [Fact]
    public void ToOnnx_MultiplyAdds_AreCounted()
    {
        FeatureRefinementNetwork network = Network(new FeatureRefinementOptions(11));
        using var model = new DenseModel(
            FeatureRefinementExport.ToOnnx(network), "export", new DenseModelOptions { Scale = null, Height = 64, Width = 64 });

        // The stem alone: a 3x3 convolution of 3 to 16 channels at half the side.
        Assert.True(model.MultiplyAdds(512, 512) > 256L * 256 * 27 * 16);
        Assert.True(model.MultiplyAdds(512, 512) < 5_000_000_000, $"{model.MultiplyAdds(512, 512)} multiply-adds");
    }

    // Norms with statistics of their own, so that folding errors show; variances stay positive.
    private static FeatureRefinementNetwork Network(FeatureRefinementOptions options)
    {
        var network = new FeatureRefinementNetwork(options, 5);
        var random = new Random(3);
        foreach (Parameter parameter in network.Parameters.Where(p => p.Shape.Length == 1))
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] += random.NextSingle() * 0.5f;
            }
        }

        return network;
    }
}
