using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Tests.Images;

public class RgbBytesTests
{
    [Theory]
    [InlineData(PixelOrder.Rgb24)]
    [InlineData(PixelOrder.Rgba32)]
    [InlineData(PixelOrder.Bgra32)]
    public void Copy_AnyWidth_TakesEachPixelsColors(PixelOrder order)
    {
        for (int width = 1; width <= 67; width++)
        {
            int stride = order == PixelOrder.Rgb24 ? 3 : 4;
            byte[] pixels = new byte[2 * width * stride];
            new Random(width).NextBytes(pixels);
            byte[] target = new byte[2 * width * 3];
            RgbBytes.Copy(new ImageView(pixels, 2, width, order), target);
            for (int i = 0; i < 2 * width; i++)
            {
                byte[] bgr = [.. pixels.AsSpan(i * stride, 3)];
                Assert.Equal(order == PixelOrder.Bgra32 ? [bgr[2], bgr[1], bgr[0]] : bgr, target.AsSpan(i * 3, 3).ToArray());
            }
        }
    }

    [Fact]
    public void Copy_OtherLength_Throws() =>
        Assert.Throws<ArgumentException>(() => RgbBytes.Copy(new ImageView(new byte[16], 2, 2, PixelOrder.Rgba32), new byte[11]));
}
