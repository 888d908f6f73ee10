using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class TeacherMapTests
{
    private const int Height = 26;
    private const int Width = 37;
    private static readonly Workers One = new(1);

    [Theory]
    [InlineData(2, 26, 37)]
    [InlineData(2, 7, 10)]
    [InlineData(3, 52, 70)]
    [InlineData(19, 60, 80)]
    [InlineData(4, 1, 1)]
    public void Gather_WholePhoto_AgreesWithTheLogitsReadBilinearly(int classes, int height, int width)
    {
        LogitMap logits = Logits(classes, height, width);
        float[] rows = Gather(TeacherMap.Of(logits, One), CropWindow.Whole(Height, Width));

        var sampler = new LogitSampler(logits, Height, Width, Interpolation.Bilinear);
        float[] values = new float[classes * Width];
        double wrong = 0;
        for (int y = 0; y < Height; y++)
        {
            sampler.SampleRow(y, values);
            for (int x = 0; x < Width; x++)
            {
                double sum = Enumerable.Range(0, classes).Sum(c => Math.Exp(values[(c * Width) + x]));
                for (int c = 0; c < classes; c++)
                {
                    double expected = Math.Exp(values[(c * Width) + x]) / sum;
                    double actual = rows[(((y * Width) + x) * classes) + c];
                    Assert.True(Math.Abs(expected - actual) < (classes > 4 ? 1 : 0.015), $"pixel {y},{x} class {c}: expected {expected}, got {actual}");
                    wrong += Math.Abs(expected - actual) / (2 * Height * Width);
                }
            }
        }

        // Where a fifth class is near, what it has goes to others: the share of probability that is not where it belongs.
        Assert.True(wrong < 0.08, $"{wrong}");
    }

    [Theory]
    [InlineData(2, Height, Width)]
    [InlineData(5, 9, 11)]
    [InlineData(19, 60, 80)]
    public void ToLabels_AnySize_IsTheLargestLogitButForNearTies(int classes, int height, int width)
    {
        LogitMap logits = Logits(classes, height, width);
        TeacherMap map = TeacherMap.Of(logits, One);

        LabelMap actual = map.ToLabels(Height, Width, One);

        LabelMap expected = logits.ToLabels(Height, Width);
        int same = Enumerable.Range(0, expected.Labels.Length).Count(i => expected.Labels[i] == actual.Labels[i]);
        Assert.True(same >= 0.97 * expected.Labels.Length, $"{same} of {expected.Labels.Length} agree");
        Assert.Equal(actual.Labels, map.ToLabels(Height, Width, new Workers(3)).Labels);
    }

    [Fact]
    public void ToLabels_OwnSize_IsExact()
    {
        LogitMap logits = Logits(7, Height, Width);

        Assert.Equal(logits.ToLabels(Height, Width).Labels, TeacherMap.Of(logits, new Workers(3)).ToLabels(Height, Width, One).Labels);
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(true, -4)]
    public void Gather_ShiftedAndMirroredCrop_ReadsThePhotosPixels(bool flip, int offset)
    {
        TeacherMap map = TeacherMap.Of(Logits(3, Height, Width), One);
        float[] whole = Gather(map, CropWindow.Whole(Height, Width));
        CropWindow window = new(new(Height, Height, offset, 12, false), new(Width, Width, offset, 16, flip));

        float[] crop = Gather(map, window);

        for (int i = 0; i < 12 * 16; i++)
        {
            int y = window.Y.ScaledPixel(i / 16);
            int x = window.X.ScaledPixel(i % 16);
            Assert.Equal(y >= 0 && x >= 0, window.IsInside(i));
            if (window.IsInside(i))
            {
                for (int c = 0; c < 3; c++)
                {
                    Assert.Equal(whole[(((y * Width) + x) * 3) + c], crop[(i * 3) + c], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Gather_CropAtHalfScale_ReadsBetweenThePixels()
    {
        TeacherMap map = TeacherMap.Of(Logits(2, 4, 4), One);
        float[] whole = Gather(map, CropWindow.Whole(2, 2));
        CropWindow half = new(new(4, 2, 0, 2, false), new(4, 2, 0, 2, false));

        Assert.Equal(whole, Gather(map, half));
    }

    [Fact]
    public void Of_MostlySurePhoto_TakesLittleMoreThanAByteAPixel()
    {
        const int side = 512;
        float[] values = new float[19 * side * side];
        Array.Fill(values, -30, 2 * side * side, 17 * side * side);
        for (int i = 0; i < side * side; i++)
        {
            // Two classes with an edge of eight unsure columns in each hundred.
            int x = i % side % 100;
            values[i] = x < 8 ? x - 4 : x < 50 ? 20 : -20;
        }

        TeacherMap map = TeacherMap.Of(new LogitMap(values, 19, side, side), new Workers(2));

        Assert.InRange(map.Bytes / (double)(side * side), 1.18, 1.8);
    }

    [Fact]
    public void Of_NothingSure_TakesSevenBytesAPixel()
    {
        TeacherMap map = TeacherMap.Of(new LogitMap(new float[19 * 64 * 64], 19, 64, 64), One);

        Assert.InRange(map.Bytes / (64.0 * 64), 7.1, 7.3);
    }

    [Fact]
    public void Of_LogitsThatAreNoNumbers_Throws() =>
        Assert.Throws<InvalidInputException>(() => TeacherMap.Of(new LogitMap([1, float.NaN], 2, 1, 1), One));

    private static float[] Gather(TeacherMap map, CropWindow window)
    {
        int[] pixels = [.. Enumerable.Range(0, window.Y.CropSize * window.X.CropSize)];
        float[] rows = new float[pixels.Length * map.Classes];
        map.Gather(window, pixels, rows, new Workers(2));
        return rows;
    }

    // Up to four classes are drawn pixel by pixel; more of them change slowly, as a model's do, so that neighbours have the same leading ones.
    private static LogitMap Logits(int classes, int height, int width)
    {
        Random random = new(classes);
        float[] values = new float[classes * height * width];
        for (int c = 0; c < classes; c++)
        {
            (double phase, double down, double right) = (random.NextDouble() * 6, random.NextDouble() * 9, random.NextDouble() * 9);
            for (int i = 0; i < height * width; i++)
            {
                values[(c * height * width) + i] = classes <= 4
                    ? (float)(random.NextDouble() * 6) - 3
                    : (float)(20 * Math.Sin(phase + (down * (i / width) / height) + (right * (i % width) / width)));
            }
        }

        return new LogitMap(values, classes, height, width);
    }
}
