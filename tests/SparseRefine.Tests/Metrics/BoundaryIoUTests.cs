using SparseRefine.Images;
using SparseRefine.Metrics;
using Xunit;

namespace SparseRefine.Tests.Metrics;

public class BoundaryIoUTests
{
    [Fact]
    public void Add_ShiftedSquare_HasHandComputedValue()
    {
        // Two 3x3 squares, one shifted by a column, d = 1: bands are rings of 8 pixels. They share the top and bottom
        // rows' two common columns (4) and nothing else, as each middle row's common columns hold a centre: 4 / 12.
        LabelMap truth = Square(9, 9, 3, 3, 3);
        LabelMap predicted = Square(9, 9, 3, 4, 3);
        var metric = new BoundaryIoU(2, distance: 1);
        metric.Add(truth, predicted);
        Assert.Equal(4.0 / 12, metric.PerClass[1], 1e-15);
    }

    [Fact]
    public void Add_SamePhotos_IsOneForEveryClassPresent()
    {
        var metric = new BoundaryIoU(3);
        LabelMap map = Square(20, 30, 5, 7, 8);
        metric.Add(map, map);
        Assert.Equal([1, 1, double.NaN], metric.PerClass);
        Assert.Equal(1, metric.Mean);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(13, 17, 1)]
    [InlineData(13, 17, 2)]
    [InlineData(23, 9, 4)]
    [InlineData(8, 40, 30)]
    public void Add_RandomBlobs_MatchesErosionOracle(int height, int width, int distance)
    {
        LabelMap truth = Blobs(height, width, 1);
        LabelMap predicted = Blobs(height, width, 2);
        for (int i = 0; i < truth.Labels.Length; i += 11)
        {
            truth.Labels[i] = 255;
        }

        var metric = new BoundaryIoU(3, distance: distance);
        metric.Add(truth, predicted);
        for (byte c = 0; c < 3; c++)
        {
            bool[] t = Band(truth.Labels, truth.Labels, c, height, width, distance);
            bool[] p = Band(predicted.Labels, truth.Labels, c, height, width, distance);
            int both = t.Zip(p).Count(pair => pair.First && pair.Second);
            int any = t.Zip(p).Count(pair => pair.First || pair.Second);
            Assert.Equal(!t.Contains(true) ? double.NaN : both / (double)any, metric.PerClass[c]);
        }
    }

    [Fact]
    public void Add_DefaultDistance_IsTwoPercentOfTheDiagonal()
    {
        // Diagonal 500, d = 10: the whole photo's own border is a band of 10 pixels.
        var map = new LabelMap(new byte[300 * 400], 300, 400);
        var other = new LabelMap(new byte[300 * 400], 300, 400);
        other.Labels[10 * 400 + 10] = 1;
        var metric = new BoundaryIoU(2);
        metric.Add(map, other);
        int ring = 300 * 400 - 280 * 380;

        // The lone pixel puts a contour around itself: the band of class 0 grows by the part of its 21x21 square that
        // lies inside the frame, 11x11 pixels less itself.
        Assert.Equal(ring / (double)(ring + 120), metric.PerClass[0], 1e-15);
        Assert.Equal(double.NaN, metric.PerClass[1]);
    }

    [Fact]
    public void Merge_TwoPhotos_EqualsAddingBoth()
    {
        var whole = new BoundaryIoU(3, distance: 2);
        var a = new BoundaryIoU(3, distance: 2);
        var b = new BoundaryIoU(3, distance: 2);
        whole.Add(Blobs(20, 20, 1), Blobs(20, 20, 2));
        whole.Add(Blobs(15, 15, 3), Blobs(15, 15, 4));
        a.Add(Blobs(20, 20, 1), Blobs(20, 20, 2));
        b.Add(Blobs(15, 15, 3), Blobs(15, 15, 4));
        a.Merge(b);
        Assert.Equal(whole.PerClass, a.PerClass);
    }

    [Fact]
    public void Mean_NothingCounted_IsNaN() => Assert.Equal(double.NaN, new BoundaryIoU(2).Mean);

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(double.NaN, null)]
    [InlineData(0.02, 0)]
    public void Constructor_BadDistance_Throws(double ratio, int? distance)
        => Assert.ThrowsAny<ArgumentException>(() => new BoundaryIoU(2, ratio, distance));

    // mask minus mask eroded d times by a 3x3 square, zeros around the photo.
    private static bool[] Band(byte[] labels, byte[] truth, byte c, int height, int width, int d)
    {
        bool[] mask = [.. labels.Zip(truth, (l, t) => t != 255 && l == c)];
        bool[] eroded = mask;
        for (int step = 0; step < d; step++)
        {
            bool[] before = eroded;
            eroded = new bool[mask.Length];
            for (int y = 1; y < height - 1; y++)
            {
                for (int x = 1; x < width - 1; x++)
                {
                    eroded[y * width + x] = Enumerable.Range(0, 9)
                        .All(k => before[(y + k / 3 - 1) * width + x + k % 3 - 1]);
                }
            }
        }

        return [.. mask.Zip(eroded, (m, e) => m && !e)];
    }

    private static LabelMap Square(int height, int width, int top, int left, int side)
    {
        byte[] labels = new byte[height * width];
        for (int y = top; y < top + side; y++)
        {
            labels.AsSpan(y * width + left, side).Fill(1);
        }

        return new LabelMap(labels, height, width);
    }

    private static LabelMap Blobs(int height, int width, int seed)
    {
        var random = new Random(seed);
        double a = random.NextDouble() * 9;
        double b = random.NextDouble() * 9;
        byte[] labels = new byte[height * width];
        for (int i = 0; i < labels.Length; i++)
        {
            double v = Math.Sin(i / width / 3.0 + a) + Math.Cos(i % width / 4.0 + b);
            labels[i] = (byte)(v > 0.7 ? 2 : v > -0.3 ? 1 : 0);
        }

        return new LabelMap(labels, height, width);
    }
}
