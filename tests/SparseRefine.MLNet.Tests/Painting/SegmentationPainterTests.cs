using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.MLNet.Tests.Painting;

/// <summary>Colors are asymmetric throughout: a painter that takes red for blue fails.</summary>
public sealed class SegmentationPainterTests
{
    private const int Height = 5;
    private const int Width = 7;
    private static readonly byte[] Colors = [250, 120, 10, 20, 200, 90, 128, 1, 255];

    [Theory]
    [InlineData(PixelOrder.Rgb24, 0.3f)]
    [InlineData(PixelOrder.Rgba32, 0f)]
    [InlineData(PixelOrder.Rgba32, PaintOptions.DefaultOpacity)]
    [InlineData(PixelOrder.Bgra32, PaintOptions.DefaultOpacity)]
    [InlineData(PixelOrder.Bgra32, 1f)]
    public void Overlay_AnyPhoto_MixesColorAndPhotoByTheFormula(PixelOrder order, float opacity)
    {
        ImageView photo = Noise(order);
        LabelMap labels = new([.. Enumerable.Range(0, Height * Width).Select(i => (byte)(i % 3))], Height, Width);
        SegmentationPainter painter = new(new ClassList(["a", "b", "c"], Colors), new PaintOptions { Opacity = opacity });

        using MLImage painted = painter.Overlay(photo, labels);

        Assert.Equal((MLPixelFormat.Bgra32, Height, Width), (painted.PixelFormat, painted.Height, painted.Width));
        int weight = (int)Math.Round(256 * opacity);
        for (int i = 0; i < Height * Width; i++)
        {
            (int red, int green, int blue) = Rgb(photo, i);
            int[] expected =
            [
                Mix(Colors[(i % 3 * 3) + 2], blue), Mix(Colors[(i % 3 * 3) + 1], green), Mix(Colors[i % 3 * 3], red), 255,
            ];
            Assert.Equal(expected, painted.Pixels.Slice(i * 4, 4).ToArray().Select(b => (int)b));
        }

        int Mix(int color, int below) => ((weight * color) + ((256 - weight) * below) + 128) / 256;
    }

    [Fact]
    public void Overlay_DefaultOpacity_KeepsMadeUpColorsApartOnEveryPhoto()
    {
        LabelMap labels = new([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7], 2, 7);
        byte[] pixels = new byte[2 * 7 * 3];
        pixels.AsSpan(7 * 3).Fill(255); // the first row is black, the second white
        using MLImage painted = new SegmentationPainter().Overlay(new ImageView(pixels, 2, 7, PixelOrder.Rgb24), labels);
        int Channel(int row, int label, int channel) => painted.Pixels[(((row * 7) + label - 1) * 4) + channel];
        for (int a = 1; a <= 7; a++)
        {
            for (int b = a + 1; b <= 7; b++)
            {
                // In one channel at least the darkest that one can be is not below the brightest of the other.
                Assert.Contains(Enumerable.Range(0, 3), c => Channel(0, a, c) >= Channel(1, b, c) || Channel(0, b, c) >= Channel(1, a, c));
            }
        }
    }

    [Theory]
    [InlineData("background", false)]
    [InlineData("Background", false)]
    [InlineData("UNLABELLED", false)]
    [InlineData("unlabeled", false)]
    [InlineData("road", true)]
    [InlineData("background wall", true)]
    public void Overlay_Class0_IsPaintedUnlessItsNameSaysThatNothingIsThere(string name, bool isPainted)
    {
        ClassList classes = new([name, "other"], Colors[..6]);
        Assert.Equal(isPainted, Paints(new SegmentationPainter(classes), 0));
        Assert.True(Paints(new SegmentationPainter(classes, new PaintOptions { PaintBackground = true }), 0));
        Assert.True(Paints(new SegmentationPainter(classes), 1));
        Assert.True(Paints(new SegmentationPainter(), 0));
        Assert.False(Paints(new SegmentationPainter(classes), LabelMap.DefaultIgnoreIndex));

        static bool Paints(SegmentationPainter painter, byte label)
        {
            byte[] photo = [40, 50, 60];
            using MLImage painted = painter.Overlay(new ImageView(photo, 1, 1, PixelOrder.Rgb24), new LabelMap([label], 1, 1));
            return !painted.Pixels[..3].SequenceEqual((byte[])[60, 50, 40]);
        }
    }

    [Fact]
    public void Labels_BackgroundAndUnlabelled_HaveColorsOfTheirOwn()
    {
        SegmentationPainter painter = new(new ClassList(["background", "b", "c"], Colors));
        using MLImage painted = painter.Labels(new LabelMap([0, 1, 2, 255], 2, 2));
        Assert.Equal([10, 120, 250, 255, 90, 200, 20, 255, 255, 1, 128, 255, 128, 128, 128, 255], painted.Pixels.ToArray());
        Assert.Equal(Colors, painter.Palette[..9].ToArray());
    }

    [Fact]
    public void Selected_OverAPhoto_IsYellowOnGreyOfHalfTheBrightness()
    {
        ImageView photo = Noise(PixelOrder.Bgra32);
        using MLImage painted = SegmentationPainter.Selected(photo, Selection(3, 4, 34));
        for (int i = 0; i < Height * Width; i++)
        {
            (int red, int green, int blue) = Rgb(photo, i);
            byte grey = (byte)(((0.299 * red) + (0.587 * green) + (0.114 * blue)) / 2);
            byte[] pixel = painted.Pixels.Slice(i * 4, 3).ToArray();
            if (i is 3 or 4 or 34)
            {
                Assert.Equal([10, 214, 255], pixel);
            }
            else
            {
                Assert.All(pixel, value => Assert.InRange(value, grey - 1, grey + 1));
            }
        }
    }

    [Fact]
    public void Selected_Alone_IsYellowOnBlackAndWhiteInTheMask()
    {
        using MLImage painted = SegmentationPainter.Selected(Selection(0, 34));
        LabelMap mask = SegmentationPainter.Mask(Selection(0, 34));
        Assert.Equal((Height, Width), (mask.Height, mask.Width));
        for (int i = 0; i < Height * Width; i++)
        {
            Assert.Equal(i is 0 or 34 ? 255 : 0, mask.Labels[i]);
            Assert.Equal(i is 0 or 34 ? [10, 214, 255] : new byte[3], painted.Pixels.Slice(i * 4, 3).ToArray());
        }
    }

    [Theory]
    [InlineData(PhotoLayer.Photo)]
    [InlineData(PhotoLayer.LowResolution)]
    [InlineData(PhotoLayer.Selected)]
    [InlineData(PhotoLayer.Refined)]
    public void Thumbnail_EachLayer_HasTheMeanColorOfWhatItShows(PhotoLayer layer)
    {
        const int High = 90;
        const int Wide = 120;
        byte[] pixels = new byte[High * Wide * 4];
        new Random(1).NextBytes(pixels);
        ImageView photo = new(pixels, High, Wide, PixelOrder.Rgba32);
        LabelMap low = new([.. Enumerable.Repeat((byte)1, High * Wide)], High, Wide);
        LabelMap refined = new([.. Enumerable.Repeat((byte)2, High * Wide)], High, Wide);
        PixelSelection selection = new(new SiteSet([.. Enumerable.Range(0, High * Wide / 2)], 1, High, Wide), low);
        SegmentationPainter painter = new(new ClassList(["a", "b", "c"], Colors));
        using MLImage whole = layer switch
        {
            PhotoLayer.Photo => MLImage.CreateFromPixels(Wide, High, MLPixelFormat.Rgba32, pixels),
            PhotoLayer.Selected => SegmentationPainter.Selected(photo, selection),
            _ => painter.Overlay(photo, layer == PhotoLayer.LowResolution ? low : refined),
        };

        using MLImage small = painter.Thumbnail(layer, photo, selection, refined, 40)!;

        Assert.Equal((30, 40), (small.Height, small.Width));
        foreach ((double expected, double actual) in Mean(whole).Zip(Mean(small)))
        {
            Assert.InRange(actual, expected - 1.5, expected + 1.5);
        }
    }

    [Fact]
    public void Thumbnail_WithoutASelection_LacksItsLayers()
    {
        LabelMap labels = new(new byte[Height * Width], Height, Width);
        Assert.Null(new SegmentationPainter().Thumbnail(PhotoLayer.LowResolution, Noise(PixelOrder.Rgb24), null, labels, 40));
        Assert.Null(new SegmentationPainter().Thumbnail(PhotoLayer.Selected, Noise(PixelOrder.Rgb24), null, labels, 40));
    }

    [Fact]
    public void Overlay_LabelsOfAnotherSize_SaysBothSizes() => Assert.StartsWith(
        "labels: expected the photo's size 5x7, got 1x1",
        Assert.Throws<ArgumentException>(() => new SegmentationPainter().Overlay(Noise(PixelOrder.Rgb24), new LabelMap([0], 1, 1))).Message);

    [Theory]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    [InlineData(float.NaN)]
    public void Opacity_OutOfRange_IsRefused(float opacity) =>
        Assert.Contains("expected 0 to 1", Assert.Throws<ArgumentException>(() => new PaintOptions { Opacity = opacity }).Message);

    // Red, green, blue whatever the image's own order.
    private static double[] Mean(MLImage image)
    {
        double[] sums = new double[3];
        for (int i = 0; i < image.Height * image.Width; i++)
        {
            (int red, int green, int blue) = Rgb(image.AsView(), i);
            (sums[0], sums[1], sums[2]) = (sums[0] + red, sums[1] + green, sums[2] + blue);
        }

        return [.. sums.Select(sum => sum / image.Height / image.Width)];
    }

    private static PixelSelection Selection(params int[] pixels) =>
        new(new SiteSet(pixels, 1, Height, Width), new LabelMap(new byte[Height * Width], Height, Width));

    private static ImageView Noise(PixelOrder order)
    {
        byte[] pixels = new byte[Height * Width * (order == PixelOrder.Rgb24 ? 3 : 4)];
        new Random(7).NextBytes(pixels);
        return new ImageView(pixels, Height, Width, order);
    }

    private static (int Red, int Green, int Blue) Rgb(ImageView image, int pixel)
    {
        ReadOnlySpan<byte> bytes = image.Pixels[(pixel * image.BytesPerPixel)..];
        return image.Order == PixelOrder.Bgra32 ? (bytes[2], bytes[1], bytes[0]) : (bytes[0], bytes[1], bytes[2]);
    }
}
