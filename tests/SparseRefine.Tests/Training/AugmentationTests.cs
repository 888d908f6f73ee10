using SparseRefine.Images;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public class AugmentationTests
{
    private const int Height = 23;
    private const int Width = 31;

    public static TheoryData<int, int, int, int, int, bool, bool> Windows => new()
    {
        // scaled size, offset, crop size (square), mirrored
        { 23, 31, 2, 5, 16, false, false },
        { 23, 31, 2, 5, 16, true, true },
        { 46, 62, 13, 7, 20, false, true },
        { 35, 47, 10, 20, 20, true, false },
        { 12, 16, 1, 2, 9, false, false },
        { 16, 22, 3, 4, 12, true, true },
        { 5, 7, -3, -4, 12, false, false },
        { 5, 7, -3, -4, 12, true, true },
        { 30, 40, -4, 9, 37, false, true },
        { 1, 1, 0, 0, 1, false, false },
    };

    [Theory]
    [InlineData(20, 40, 40, 40, 40, 20)]
    [InlineData(40, 20, 10, 30, 5, 10)]
    [InlineData(7, 7, 21, 21, 21, 21)]
    public void Apply_WholePhotos_ThePhotoJustFits(int height, int width, int cropHeight, int cropWidth, int shownWidth, int shownHeight)
    {
        var photo = new TrainingExample(
            "white",
            new ImageBuffer([.. Enumerable.Repeat((byte)255, height * width * 3)], height, width, PixelOrder.Rgb24),
            new LabelMap(new byte[height * width], height, width),
            new LogitMap(new float[2 * 4], 2, 2, 2));
        var augmentation = new Augmentation(new AugmentationOptions
        {
            CropHeight = cropHeight,
            CropWidth = cropWidth,
            WholePhotos = true,
            Photometric = null,
        });

        for (int seed = 0; seed < 5; seed++)
        {
            TrainingExample crop = augmentation.Apply(photo, new Random(seed));
            bool[] isShown = [.. crop.Labels.Labels.Select(label => label != 255)];
            int rows = Enumerable.Range(0, cropHeight).Count(y => isShown.AsSpan(y * cropWidth, cropWidth).Contains(true));
            Assert.Equal(shownHeight, rows);
            Assert.Equal(shownHeight * shownWidth, isShown.Count(shown => shown));
            Assert.Equal(isShown, Enumerable.Range(0, isShown.Length).Select(i => crop.Image.Pixels[3 * i] == 255));
        }
    }

    [Fact]
    public void Apply_Features_AreCutAsTheLogits()
    {
        float[] values = Samples.Values(2 * 6 * 8, 1);
        var photo = new TrainingExample(
            "photo",
            new ImageBuffer(new byte[24 * 32 * 3], 24, 32, PixelOrder.Rgb24),
            new LabelMap(new byte[24 * 32], 24, 32),
            new LogitMap(values, 2, 6, 8) { Features = new FeatureMap([.. values], 2, 6, 8) });

        LogitMap crop = new Augmentation(new AugmentationOptions { CropHeight = 16, CropWidth = 16 }).Apply(photo, new Random(3)).Logits;

        Assert.Equal(crop.Values, crop.Features!.Values);
        Assert.Equal((2, crop.Height, crop.Width), (crop.Features.Channels, crop.Features.Height, crop.Features.Width));
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Cut_AnyWindow_ImageAgreesWithOracle(
        int scaledHeight, int scaledWidth, int top, int left, int size, bool flipY, bool flipX)
    {
        TrainingExample example = Example(PixelOrder.Rgb24, 6, 8);
        CropWindow window = Window(scaledHeight, scaledWidth, top, left, size, flipY, flipX);

        ImageBuffer actual = Plain(size).Cut(example, window, null).Image;

        Assert.Equal(PixelOrder.Rgb24, actual.Order);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    double expected = ImageOracle(example.Image, window, y, x, c);
                    byte got = actual.Pixels[(((y * size) + x) * 3) + c];
                    Assert.True(Math.Abs(expected - got) <= 0.501, $"({y}, {x}, {c}): expected {expected}, got {got}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Cut_AnyWindow_LabelsAreTheNearest(
        int scaledHeight, int scaledWidth, int top, int left, int size, bool flipY, bool flipX)
    {
        TrainingExample example = Example(PixelOrder.Rgb24, 6, 8);
        CropWindow window = Window(scaledHeight, scaledWidth, top, left, size, flipY, flipX);

        LabelMap actual = Plain(size).Cut(example, window, null).Labels;

        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int py = top + (flipY ? size - 1 - y : y);
                int px = left + (flipX ? size - 1 - x : x);
                bool inside = py >= 0 && py < scaledHeight && px >= 0 && px < scaledWidth;
                int sy = (int)((py + 0.5) * Height / scaledHeight);
                int sx = (int)((px + 0.5) * Width / scaledWidth);
                Assert.Equal(inside ? example.Labels.Labels[(sy * Width) + sx] : 255, actual.Labels[(y * size) + x]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Cut_LinearLogits_ReadTheSameAtEveryInteriorPixel(
        int scaledHeight, int scaledWidth, int top, int left, int size, bool flipY, bool flipX)
    {
        TrainingExample example = Example(PixelOrder.Rgb24, 6, 8);
        CropWindow window = Window(scaledHeight, scaledWidth, top, left, size, flipY, flipX);

        LogitMap actual = Plain(size).Cut(example, window, null).Logits;

        int compared = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double fy = (top + (flipY ? size - y - 0.5 : y + 0.5)) / scaledHeight;
                double fx = (left + (flipX ? size - x - 0.5 : x + 0.5)) / scaledWidth;
                double cy = (y + 0.5) / size;
                double cx = (x + 0.5) / size;
                if (IsInterior(fy, 6) && IsInterior(fx, 8)
                    && IsInterior(cy, actual.Height) && IsInterior(cx, actual.Width)
                    && IsAwayFromEdge(window.Y, cy, actual.Height, 6) && IsAwayFromEdge(window.X, cx, actual.Width, 8))
                {
                    Assert.Equal(Read(example.Logits, 1, fy, fx), Read(actual, 1, cy, cx), 1e-4);
                    compared++;
                }
            }
        }

        Assert.True(compared > 0 || size == 1, "expected pixels to compare, got none");
    }

    [Fact]
    public void Cut_WholePhoto_CopiesEverything()
    {
        TrainingExample example = Example(PixelOrder.Rgb24, 6, 8);
        CropWindow window = new(new CropAxis(Height, Height, 0, Height, false), new CropAxis(Width, Width, 0, Width, false));

        TrainingExample actual = Plain(1).Cut(example, window, null);

        Assert.Equal(example.Name, actual.Name);
        Assert.Equal(example.Image.Pixels, actual.Image.Pixels);
        Assert.Equal(example.Labels.Labels, actual.Labels.Labels);
        Assert.Equal(example.Logits.Values, actual.Logits.Values);
        Assert.NotSame(example.Logits.Values, actual.Logits.Values);
    }

    [Fact]
    public void Cut_AlignedWindow_CopiesLogitCellsExactly()
    {
        Random random = new(3);
        float[] values = [.. Enumerable.Range(0, 2 * 8 * 8).Select(_ => (float)random.NextDouble())];
        TrainingExample example = new(
            "a",
            new ImageBuffer(new byte[32 * 32 * 3], 32, 32, PixelOrder.Rgb24),
            new LabelMap(new byte[32 * 32], 32, 32),
            new LogitMap(values, 2, 8, 8));
        CropWindow window = new(new CropAxis(32, 64, 16, 24, false), new CropAxis(32, 64, 8, 32, true));

        LogitMap actual = Plain(1).Cut(example, window, null).Logits;

        Assert.Equal((3, 4), (actual.Height, actual.Width));
        for (int i = 0; i < actual.Values.Length; i++)
        {
            (int c, int y, int x) = (i / 12, i / 4 % 3, i % 4);
            Assert.Equal(values[(((c * 8) + 2 + y) * 8) + 1 + 3 - x], actual.Values[i]);
        }
    }

    [Theory]
    [InlineData(PixelOrder.Rgba32)]
    [InlineData(PixelOrder.Bgra32)]
    public void Cut_OtherPixelOrder_GivesTheSameRgb(PixelOrder order)
    {
        CropWindow window = Window(17, 40, 1, 3, 14, true, false);

        byte[] expected = Plain(14).Cut(Example(PixelOrder.Rgb24, 6, 8), window, null).Image.Pixels;
        byte[] actual = Plain(14).Cut(Example(order, 6, 8), window, null).Image.Pixels;

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(3, 1)]
    public void Cut_OneLogitAnAxis_RepeatsIt(int logitHeight, int logitWidth)
    {
        TrainingExample example = Example(PixelOrder.Rgb24, logitHeight, logitWidth);

        LogitMap actual = Plain(9).Cut(example, Window(40, 50, 3, 4, 9, false, true), null).Logits;

        Assert.True(actual.Height >= 1 && actual.Width >= 1);
        Assert.All(actual.Values, v => Assert.InRange(v, example.Logits.Values.Min(), example.Logits.Values.Max()));
    }

    [Fact]
    public void Apply_ManyDraws_AlwaysValidAndReproducible()
    {
        TrainingExample example = Example(PixelOrder.Bgra32, 6, 8);
        Augmentation augmentation = new(new AugmentationOptions
        {
            CropHeight = 17,
            CropWidth = 26,
            MinScale = 0.3,
            MaxScale = 3,
            VerticalFlip = true,
            IgnoreIndex = 200,
        });
        Random one = new(5);
        Random two = new(5);
        for (int i = 0; i < 300; i++)
        {
            TrainingExample a = augmentation.Apply(example, one);
            TrainingExample b = augmentation.Apply(example, two);

            Assert.Equal((17, 26), (a.Image.Height, a.Image.Width));
            Assert.Equal(a.Image.Pixels, b.Image.Pixels);
            Assert.Equal(a.Labels.Labels, b.Labels.Labels);
            Assert.Equal(a.Logits.Values, b.Logits.Values);
            Assert.All(a.Labels.Labels, l => Assert.True(l < 11 || l == 200));
            Assert.All(a.Logits.Values, v => Assert.True(float.IsFinite(v)));
        }
    }

    [Fact]
    public void Apply_SmallPhoto_PadsWithMeanColorUnchangedByDistortion()
    {
        TrainingExample example = Example(PixelOrder.Rgb24, 6, 8);
        Augmentation augmentation = new(new AugmentationOptions { CropHeight = 64, CropWidth = 64, MaxScale = 1 });
        Random random = new(1);
        for (int i = 0; i < 20; i++)
        {
            TrainingExample actual = augmentation.Apply(example, random);
            Assert.Contains((byte)255, actual.Labels.Labels);
            for (int p = 0; p < 64 * 64; p++)
            {
                if (actual.Labels.Labels[p] == 255)
                {
                    Assert.Equal([124, 116, 104], actual.Image.Pixels.AsSpan(3 * p, 3).ToArray());
                }
            }
        }
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentException>(() => new AugmentationOptions { CropHeight = 0 });
        Assert.Throws<ArgumentException>(() => new AugmentationOptions { CropWidth = -1 });
        Assert.Throws<ArgumentException>(() => new AugmentationOptions { MinScale = 0 });
        Assert.Throws<ArgumentException>(() => new AugmentationOptions { MaxScale = double.NaN });
        Assert.Throws<ArgumentException>(() => new Augmentation(new AugmentationOptions { MinScale = 2, MaxScale = 1 }));
    }

    private static Augmentation Plain(int size) =>
        new(new AugmentationOptions { CropHeight = size, CropWidth = size, Photometric = null });

    private static CropWindow Window(
        int scaledHeight, int scaledWidth, int top, int left, int size, bool flipY, bool flipX) =>
        new(new CropAxis(Height, scaledHeight, top, size, flipY), new CropAxis(Width, scaledWidth, left, size, flipX));

    private static TrainingExample Example(PixelOrder order, int logitHeight, int logitWidth)
    {
        Random random = new(7);
        byte[] rgb = new byte[Height * Width * 3];
        random.NextBytes(rgb);
        int stride = order == PixelOrder.Rgb24 ? 3 : 4;
        byte[] pixels = new byte[Height * Width * stride];
        for (int i = 0; i < Height * Width; i++)
        {
            int red = order == PixelOrder.Bgra32 ? 2 : 0;
            pixels[(i * stride) + red] = rgb[3 * i];
            pixels[(i * stride) + 1] = rgb[(3 * i) + 1];
            pixels[(i * stride) + 2 - red] = rgb[(3 * i) + 2];
        }

        byte[] labels = [.. Enumerable.Range(0, Height * Width).Select(_ => (byte)random.Next(11))];
        float[] logits = [.. Enumerable.Range(0, 2 * logitHeight * logitWidth).Select(i =>
        {
            int cell = i % (logitHeight * logitWidth);
            return (i < logitHeight * logitWidth ? -1 : 1) * ((0.7f * (cell / logitWidth)) - (1.3f * (cell % logitWidth)));
        })];
        return new TrainingExample(
            "a.jpg",
            new ImageBuffer(pixels, Height, Width, order),
            new LabelMap(labels, Height, Width),
            new LogitMap(logits, 2, logitHeight, logitWidth));
    }

    /// <summary>The definition, in two dimensions and double precision.</summary>
    private static double ImageOracle(ImageBuffer image, CropWindow window, int y, int x, int channel)
    {
        double[] wy = Weights(window.Y, y);
        double[] wx = Weights(window.X, x);
        if (wy.Sum() == 0 || wx.Sum() == 0)
        {
            return new[] { 124, 116, 104 }[channel];
        }

        double sum = 0;
        for (int sy = 0; sy < wy.Length; sy++)
        {
            for (int sx = 0; sx < wx.Length; sx++)
            {
                sum += wy[sy] * wx[sx] * image.Pixels[(((sy * image.Width) + sx) * 3) + channel];
            }
        }

        return sum;
    }

    private static double[] Weights(CropAxis axis, int output)
    {
        double[] weights = new double[axis.SourceSize];
        int p = axis.Offset + (axis.Flip ? axis.CropSize - 1 - output : output);
        if (p < 0 || p >= axis.ScaledSize)
        {
            return weights;
        }

        double ratio = (double)axis.SourceSize / axis.ScaledSize;
        if (ratio > 1)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = Math.Max(0, Math.Min(i + 1, (p + 1) * ratio) - Math.Max(i, p * ratio)) / ratio;
            }

            return weights;
        }

        double centre = ((p + 0.5) * ratio) - 0.5;
        int first = (int)Math.Floor(centre);
        weights[Math.Clamp(first, 0, weights.Length - 1)] += 1 - (centre - first);
        weights[Math.Clamp(first + 1, 0, weights.Length - 1)] += centre - first;
        return weights;
    }

    private static bool IsInterior(double fraction, int samples) =>
        fraction * samples >= 0.5 && fraction * samples <= samples - 0.5;

    /// <summary>Whether both samples that a reading uses lie where the source does not repeat its edge.</summary>
    private static bool IsAwayFromEdge(CropAxis axis, double fraction, int samples, int sourceSamples)
    {
        foreach (int near in new[] { 0, 1 })
        {
            double at = (Math.Floor((fraction * samples) - 0.5) + near + 0.5) * axis.CropSize / samples;
            double scaled = axis.Offset + (axis.Flip ? axis.CropSize - at : at);
            if (!IsInterior(scaled / axis.ScaledSize, sourceSamples))
            {
                return false;
            }
        }

        return true;
    }

    private static double Read(LogitMap map, int c, double fy, double fx)
    {
        double y = Math.Clamp((fy * map.Height) - 0.5, 0, map.Height - 1);
        double x = Math.Clamp((fx * map.Width) - 0.5, 0, map.Width - 1);
        int y0 = Math.Min((int)y, Math.Max(0, map.Height - 2));
        int x0 = Math.Min((int)x, Math.Max(0, map.Width - 2));
        double At(int i, int j) => map.Values[
            (((c * map.Height) + Math.Min(i, map.Height - 1)) * map.Width) + Math.Min(j, map.Width - 1)];
        double top = (At(y0, x0) * (1 - (x - x0))) + (At(y0, x0 + 1) * (x - x0));
        double bottom = (At(y0 + 1, x0) * (1 - (x - x0))) + (At(y0 + 1, x0 + 1) * (x - x0));
        return (top * (1 - (y - y0))) + (bottom * (y - y0));
    }
}
