using System.Numerics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Training;

/// <summary>Resamples one window of a photo, its labels and its logits; what lies outside the window is never read.</summary>
internal static class WindowResampler
{
    /// <summary>Color of pixels outside the photo: about the mean that features subtract, so that they become near 0.</summary>
    private static ReadOnlySpan<byte> Padding => [124, 116, 104];

    /// <summary>The window as red, green, blue bytes.</summary>
    /// <param name="source">The photo.</param>
    /// <param name="window">What to show; its source size is the photo's.</param>
    /// <param name="finishRow">Called with the bytes of each row's inside pixels, null for nothing.</param>
    public static ImageBuffer Image(ImageView source, CropWindow window, PhotometricDistortion.Draw? finishRow)
    {
        byte[] pixels = new byte[window.Y.CropSize * window.X.CropSize * 3];
        Fill(pixels);
        int insideWidth = window.X.InsideEnd - window.X.InsideStart;
        int insideHeight = window.Y.InsideEnd - window.Y.InsideStart;
        AxisTaps vertical = AxisTaps.ForImage(window.Y);
        AxisTaps horizontal = AxisTaps.ForImage(window.X);
        int firstColumn = horizontal.First.Min();
        int columns = horizontal.First.Max() + horizontal.Width - firstColumn;
        int stride = source.BytesPerPixel;
        float[] blended = new float[columns * stride];
        for (int y = 0; y < insideHeight; y++)
        {
            Array.Clear(blended);
            for (int k = 0; k < vertical.Width; k++)
            {
                float weight = vertical.Weights[(y * vertical.Width) + k];
                if (weight != 0)
                {
                    long start = (((long)(vertical.First[y] + k) * source.Width) + firstColumn) * stride;
                    AddScaled(blended, source.Pixels.Slice((int)start, blended.Length), weight);
                }
            }

            int at = (((y + window.Y.InsideStart) * window.X.CropSize) + window.X.InsideStart) * 3;
            Span<byte> row = pixels.AsSpan(at, insideWidth * 3);
            Reduce(blended, horizontal, firstColumn, stride, source.RedOffset, row);
            finishRow?.Apply(row);
        }

        return new ImageBuffer(pixels, window.Y.CropSize, window.X.CropSize, PixelOrder.Rgb24);
    }

    /// <summary>The whole photo with a pixel for each sample of a map: the mean of the area that the sample stands for.</summary>
    public static ImageBuffer Shrink(ImageView source, LogitMap map) => Image(
        source,
        new CropWindow(new CropAxis(source.Height, map.Height, 0, map.Height, false), new CropAxis(source.Width, map.Width, 0, map.Width, false)),
        null);

    /// <summary>The window's labels, each that of the source pixel under its centre.</summary>
    public static LabelMap Labels(LabelMap source, CropWindow window, byte outside)
    {
        byte[] labels = new byte[window.Y.CropSize * window.X.CropSize];
        Array.Fill(labels, outside);
        int[] columns = Nearest(window.X);
        int[] rows = Nearest(window.Y);
        for (int y = 0; y < rows.Length; y++)
        {
            ReadOnlySpan<byte> from = source.Labels.AsSpan(rows[y] * source.Width, source.Width);
            Span<byte> to = labels.AsSpan(
                ((y + window.Y.InsideStart) * window.X.CropSize) + window.X.InsideStart, columns.Length);
            for (int x = 0; x < to.Length; x++)
            {
                to[x] = from[columns[x]];
            }
        }

        return new LabelMap(labels, window.Y.CropSize, window.X.CropSize);
    }

    /// <summary>The window's logits, and features where there are any; see <see cref="AxisTaps.ForLogits"/> for their size.</summary>
    public static LogitMap Logits(LogitMap source, CropWindow window)
    {
        FeatureMap? features = null;
        if (source.Features is FeatureMap map)
        {
            (float[] inner, int rows, int columns) = Planes(map.Values, map.Channels, map.Height, map.Width, window);
            features = new FeatureMap(inner, map.Channels, rows, columns);
        }

        (float[] values, int height, int width) = Planes(source.Values, source.Classes, source.Height, source.Width, window);
        return new LogitMap(values, source.Classes, height, width) { Features = features };
    }

    private static (float[] Values, int Height, int Width) Planes(
        float[] source, int channels, int sourceHeight, int sourceWidth, CropWindow window)
    {
        AxisTaps vertical = AxisTaps.ForLogits(window.Y, sourceHeight);
        AxisTaps horizontal = AxisTaps.ForLogits(window.X, sourceWidth);
        int height = vertical.First.Length;
        int width = horizontal.First.Length;
        float[] values = new float[checked(channels * height * width)];
        int below = vertical.Width == 2 ? sourceWidth : 0;
        int right = horizontal.Width - 1;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < height; y++)
            {
                int start = ((c * sourceHeight) + vertical.First[y]) * sourceWidth;
                ReadOnlySpan<float> top = source.AsSpan(start, sourceWidth);
                ReadOnlySpan<float> bottom = source.AsSpan(start + below, sourceWidth);
                float share = below == 0 ? 0 : vertical.Weights[(2 * y) + 1];
                Span<float> to = values.AsSpan(((c * height) + y) * width, width);
                for (int x = 0; x < to.Length; x++)
                {
                    int i = horizontal.First[x];
                    float t = right == 0 ? 0 : horizontal.Weights[(2 * x) + 1];
                    float upper = Mix(top[i], top[i + right], t);
                    float lower = Mix(bottom[i], bottom[i + right], t);
                    to[x] = Mix(upper, lower, share);
                }
            }
        }

        return (values, height, width);
    }

    /// <summary>Exact at both ends, which a + (b - a) t is not.</summary>
    private static float Mix(float a, float b, float t) => (a * (1 - t)) + (b * t);

    private static int[] Nearest(CropAxis axis)
    {
        int[] indices = new int[axis.InsideEnd - axis.InsideStart];
        for (int i = 0; i < indices.Length; i++)
        {
            double centre = (axis.ScaledPixel(axis.InsideStart + i) + 0.5) * axis.Ratio;
            indices[i] = Math.Min((int)centre, axis.SourceSize - 1);
        }

        return indices;
    }

    private static void Fill(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            Padding.CopyTo(pixels[i..]);
        }
    }

    /// <summary>sum += weight * bytes, a vector of bytes becoming four of floats.</summary>
    private static void AddScaled(Span<float> sum, ReadOnlySpan<byte> bytes, float weight)
    {
        int lanes = Vector<float>.Count;
        int i = 0;
        for (; Simd.Default != SimdPath.Scalar && i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out Vector<ushort> low, out Vector<ushort> high);
            AddScaled(sum[i..], low, weight);
            AddScaled(sum[(i + (2 * lanes))..], high, weight);
        }

        for (; i < bytes.Length; i++)
        {
            sum[i] += bytes[i] * weight;
        }
    }

    private static void AddScaled(Span<float> sum, Vector<ushort> shorts, float weight)
    {
        Vector.Widen(shorts, out Vector<uint> low, out Vector<uint> high);
        int lanes = Vector<float>.Count;
        (new Vector<float>(sum) + (Vector.ConvertToSingle(low.As<uint, int>()) * weight)).CopyTo(sum);
        (new Vector<float>(sum[lanes..]) + (Vector.ConvertToSingle(high.As<uint, int>()) * weight)).CopyTo(sum[lanes..]);
    }

    private static void Reduce(
        ReadOnlySpan<float> blended, AxisTaps taps, int firstColumn, int stride, int redOffset, Span<byte> row)
    {
        for (int x = 0; x < taps.First.Length; x++)
        {
            int start = (taps.First[x] - firstColumn) * stride;
            ReadOnlySpan<float> weights = taps.Weights.AsSpan(x * taps.Width, taps.Width);
            ReadOnlySpan<float> pixels = blended.Slice(start, weights.Length * stride);
            float r = 0.5f;
            float g = 0.5f;
            float b = 0.5f;
            for (int k = 0; k < weights.Length; k++)
            {
                ReadOnlySpan<float> pixel = pixels.Slice(k * stride, 3);
                r += weights[k] * pixel[redOffset];
                g += weights[k] * pixel[1];
                b += weights[k] * pixel[2 - redOffset];
            }

            row[3 * x] = (byte)r;
            row[(3 * x) + 1] = (byte)g;
            row[(3 * x) + 2] = (byte)b;
        }
    }
}
