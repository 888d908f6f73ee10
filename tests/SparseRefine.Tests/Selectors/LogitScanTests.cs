using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Selectors;

/// <summary>Scans against the plain formula: every pixel interpolated by itself, its entropy computed, no bound used.</summary>
[Collection(Alone.Name)]
public class LogitScanTests
{

    public static TheoryData<string, string, int, int, Interpolation> Cases()
    {
        var data = new TheoryData<string, string, int, int, Interpolation>();
        foreach (string path in Enum.GetNames<SimdPath>())
        {
            foreach (Interpolation mode in new[] { Interpolation.Bilinear, Interpolation.Nearest })
            {
                data.Add(path, "regions", 133, 250, mode);
                data.Add(path, "regions", 132, 256, mode);
                data.Add(path, "faint", 70, 119, mode);
                data.Add(path, "huge", 70, 119, mode);
                data.Add(path, "masked", 70, 119, mode);
                data.Add(path, "equal", 33, 50, mode);
                data.Add(path, "random", 29, 17, mode);
                data.Add(path, "random", 1, 1, mode);
                data.Add(path, "two", 90, 133, mode);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SelectEntropies_AnyMap_HasTheBitsOfThePlainFormula(
        string path, string map, int height, int width, Interpolation mode)
    {
        LogitMap logits = Map(map);
        (byte[] expectedLabels, float[] entropies) = Plain(logits, height, width, mode);
        byte[] labels = new byte[height * width];
        LogitScan scan = new(Enum.Parse<SimdPath>(path));
        foreach (float threshold in new[] { 0f, 0.005f, 0.1f, 0.3f, 0.69f, 1.2f, 5f })
        {
            Array.Fill(labels, (byte)99);
            scan.Begin(logits, height, width, mode, labels, new Workers(2));
            scan.SelectEntropies(DoubtfulMargin.ForEntropy(threshold, logits.Classes), threshold, new Workers(2));
            Assert.Equal(expectedLabels, labels);
            int[] expected = [.. Enumerable.Range(0, labels.Length).Where(i => entropies[i] > threshold)];
            Assert.Equal(expected, scan.Indices[..scan.Count]);
        }

        Array.Fill(labels, (byte)99);
        scan.Begin(logits, height, width, mode, labels, new Workers(1));
        scan.Label(new Workers(1));
        Assert.Equal(expectedLabels, labels);
    }

    [Theory]
    [InlineData("regions", 0.002)]
    [InlineData("regions", 0.05)]
    [InlineData("regions", 0.4)]
    [InlineData("regions", 0.9)]
    [InlineData("equal", 0.1)]
    [InlineData("two", 0.1)]
    public void SelectTopEntropies_LargePhoto_HasTheBitsOfThePlainFormula(string map, double fraction)
    {
        const int Height = 150;
        const int Width = 1111;
        LogitMap logits = Map(map);
        (byte[] expectedLabels, float[] entropies) = Plain(logits, Height, Width, Interpolation.Bilinear);
        PixelSelection selection = new FractionSelector(fraction).Select(logits, Height, Width, new Workers(2));
        Assert.Equal(expectedLabels, selection.DenseLabels.Labels);
        int count = (int)Math.Round(fraction * Height * Width);
        int[] expected = [.. Enumerable.Range(0, Height * Width).OrderByDescending(i => entropies[i]).Take(count).Order()];
        Assert.Equal(expected, selection.Sites.Indices.ToArray());
    }

    [Theory]
    [InlineData("entropy:0.3")]
    [InlineData("margin:0.4")]
    [InlineData("fraction:0.1")]
    [InlineData("pixels:1000")]
    [InlineData("time:1:0.001")]
    public void Scan_SecondPhoto_AllocatesNothing(string text)
    {
        LogitMap logits = Map("regions");
        byte[] labels = new byte[300 * 1500];
        var selector = (IScanSelector)PixelSelector.Parse(text);
        foreach (int threads in new[] { 1, 2 })
        {
            Workers workers = new(threads);
            LogitScan scan = new();
            long bytes = Alone.AllocatedBytes(() =>
            {
                scan.Begin(logits, 300, 1500, selector.Mode, labels, workers);
                selector.Scan(scan, workers);
                scan.End();
            });

            // The sampler, a small object, and what a thread pool's thread may note.
            Assert.InRange(bytes, 0, 500);
        }
    }

    private static LogitMap Map(string name)
    {
        switch (name)
        {
            case "regions":
                return LogitMaps.Regions(5, 33, 64, 1, 9);
            case "faint":
                return LogitMaps.Regions(4, 20, 31, 2, 1e-3);
            case "huge":
                LogitMap huge = LogitMaps.Regions(3, 20, 31, 3, 8);
                for (int i = 0; i < huge.Values.Length; i++)
                {
                    huge.Values[i] = (huge.Values[i] * 1e5f) + 3e7f;
                }

                return huge;
            case "masked":
                LogitMap masked = LogitMaps.Regions(6, 20, 31, 4, 8);
                masked.Values.AsSpan(2 * 20 * 31, 20 * 31).Fill(-1e9f);
                masked.Values.AsSpan(500, 60).Fill(-1e9f);
                return masked;
            case "equal":
                // Ties everywhere, exact ones at first and others but for rounding.
                LogitMap equal = LogitMaps.Random(4, 8, 13, 5, 3);
                for (int i = 0; i < 8 * 13; i++)
                {
                    equal.Values[(8 * 13) + i] = equal.Values[i];
                    equal.Values[(2 * 8 * 13) + i] = MathF.BitDecrement(equal.Values[i]);
                    equal.Values[(3 * 8 * 13) + i] = MathF.BitIncrement(equal.Values[i]);
                }

                return equal;
            case "two":
                return LogitMaps.Regions(2, 22, 40, 6, 7);
            default:
                return LogitMaps.Random(7, 9, 6, 7, 5);
        }
    }

    private static (byte[] Labels, float[] Entropies) Plain(LogitMap map, int height, int width, Interpolation mode)
    {
        LogitSampler sampler = new(map, height, width, mode);
        float[] rows = new float[height * width * map.Classes];
        float[] row = new float[width * map.Classes];
        byte[] labels = new byte[height * width];
        for (int y = 0; y < height; y++)
        {
            sampler.SampleRow(y, row);
            for (int x = 0; x < width; x++)
            {
                int winner = 0;
                for (int c = 0; c < map.Classes; c++)
                {
                    float z = row[(c * width) + x];
                    rows[(((y * width) + x) * map.Classes) + c] = z;
                    winner = z > row[(winner * width) + x] ? c : winner;
                }

                labels[(y * width) + x] = (byte)winner;
            }
        }

        float[] entropies = new float[labels.Length];
        Entropy.OfRows(rows, map.Classes, entropies);
        return (labels, entropies);
    }
}
