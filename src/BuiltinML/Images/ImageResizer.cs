using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>
/// Resizing as ML.NET's: nearest pixel when the picture is stretched, Mitchell's cubic filter over 4 x 4 pixels when the
/// aspect ratio is kept (without widening it for shrinking).
/// </summary>
internal static class ImageResizer
{
    public static MLImage Resize(
        MLImage source, int width, int height, ImageResizingEstimator.ResizingKind resizing, ImageResizingEstimator.Anchor anchor)
    {
        if (resizing == ImageResizingEstimator.ResizingKind.Fill)
        {
            return Stretch(source, width, height);
        }

        var (across, down) = ((float)width / source.Width, (float)height / source.Height);
        var crop = resizing == ImageResizingEstimator.ResizingKind.IsoCrop;
        var scale = crop ? Math.Max(across, down) : Math.Min(across, down);
        var (spareX, spareY) = (width - (source.Width * scale), height - (source.Height * scale));
        var x = !crop ? (int)(spareX / 2) : anchor switch
        {
            ImageResizingEstimator.Anchor.Left => 0,
            ImageResizingEstimator.Anchor.Right => (int)spareX,
            _ => (int)(spareX / 2),
        };
        var y = !crop ? (int)(spareY / 2) : anchor switch
        {
            ImageResizingEstimator.Anchor.Top => 0,
            ImageResizingEstimator.Anchor.Bottom => (int)spareY,
            _ => (int)(spareY / 2),
        };
        return Draw(source, width, height, x, y, (int)(source.Width * scale), (int)(source.Height * scale));
    }

    private static MLImage Stretch(MLImage source, int width, int height)
    {
        MLImage result = new(width, height, source.PixelFormat);
        var from = source.Pixels;
        var to = result.Writable;
        for (var y = 0; y < height; y++)
        {
            var row = (int)((y + 0.5) * source.Height / height) * source.Width;
            for (var x = 0; x < width; x++)
            {
                from.Slice((row + (int)((x + 0.5) * source.Width / width)) * 4, 4).CopyTo(to[(((y * width) + x) * 4)..]);
            }
        }

        return result;
    }

    private static MLImage Draw(MLImage source, int width, int height, int left, int top, int drawnWidth, int drawnHeight)
    {
        MLImage result = new(width, height, MLPixelFormat.Bgra32);
        var from = source.Pixels;
        var to = result.Writable;
        var red = source.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
        to.Clear();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = to.Slice(((y * width) + x) * 4, 4);
                pixel[3] = 255;
                if (x < left || y < top || x >= left + drawnWidth || y >= top + drawnHeight)
                {
                    continue;
                }

                var column = ((x - left + 0.5f) * source.Width / drawnWidth) - 0.5f;
                var row = ((y - top + 0.5f) * source.Height / drawnHeight) - 0.5f;
                pixel[0] = Sample(from, source.Width, source.Height, column, row, 2 - red);
                pixel[1] = Sample(from, source.Width, source.Height, column, row, 1);
                pixel[2] = Sample(from, source.Width, source.Height, column, row, red);
            }
        }

        return result;
    }

    private static byte Sample(ReadOnlySpan<byte> pixels, int width, int height, float x, float y, int channel)
    {
        var (x0, y0) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var sum = 0f;
        for (var j = -1; j <= 2; j++)
        {
            var row = Math.Clamp(y0 + j, 0, height - 1) * width;
            var line = 0f;
            for (var i = -1; i <= 2; i++)
            {
                line += Mitchell(x - x0 - i) * pixels[((row + Math.Clamp(x0 + i, 0, width - 1)) * 4) + channel];
            }

            sum += Mitchell(y - y0 - j) * line;
        }

        return (byte)Math.Clamp(MathF.Round(sum), 0, 255);
    }

    // Mitchell and Netravali 1988, B = C = 1/3.
    private static float Mitchell(float x)
    {
        x = Math.Abs(x);
        return x < 1 ? ((7 * x * x * x) - (12 * x * x) + (16f / 3)) / 6
            : x < 2 ? ((-7f / 3 * x * x * x) + (12 * x * x) - (20 * x) + (32f / 3)) / 6
            : 0;
    }
}
