using SparseRefine.Images;

namespace SparseRefine.Onnx.Tests;

/// <summary>Photos of noise.</summary>
internal static class TestImage
{
    public static ImageBuffer Noise(int height, int width, PixelOrder order = PixelOrder.Rgb24, int seed = 1)
    {
        byte[] pixels = new byte[height * width * (order == PixelOrder.Rgb24 ? 3 : 4)];
        new Random(seed).NextBytes(pixels);
        return new ImageBuffer(pixels, height, width, order);
    }
}
