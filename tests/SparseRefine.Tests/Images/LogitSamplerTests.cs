using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests.Images;

public class LogitSamplerTests
{
    public static TheoryData<int, int, int, int, int, Interpolation> Sizes()
    {
        var data = new TheoryData<int, int, int, int, int, Interpolation>();
        foreach (Interpolation mode in new[] { Interpolation.Nearest, Interpolation.Bilinear })
        {
            data.Add(2, 1, 1, 1, 1, mode);
            data.Add(3, 1, 1, 5, 7, mode);
            data.Add(2, 4, 5, 16, 20, mode);
            data.Add(5, 7, 5, 23, 31, mode);
            data.Add(3, 9, 11, 4, 3, mode);
            data.Add(4, 6, 6, 6, 6, mode);
            data.Add(19, 3, 2, 67, 9, mode);
            data.Add(3, 5, 50, 11, 203, mode);
            data.Add(2, 4, 33, 6, 33, mode);
            data.Add(2, 3, 90, 5, 61, mode);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void SampleRow_AnySize_MatchesDoubleOracle(int c, int h, int w, int height, int width, Interpolation mode)
    {
        LogitMap map = LogitMaps.Random(c, h, w, 1);
        var sampler = new LogitSampler(map, height, width, mode);
        float[] row = new float[c * width];
        for (int y = 0; y < height; y++)
        {
            sampler.SampleRow(y, row);
            for (int i = 0; i < row.Length; i++)
            {
                double expected = LogitMaps.Read(map, height, width, mode, i / width, y, i % width);
                Assert.True(Math.Abs(expected - row[i]) < 2e-6, $"row {y}, value {i}: expected {expected}, got {row[i]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gather_AllPixels_HasTheBitsOfSampleRow(int c, int h, int w, int height, int width, Interpolation mode)
    {
        var sampler = new LogitSampler(LogitMaps.Random(c, h, w, 2), height, width, mode);
        float[] rows = new float[height * width * c];
        sampler.Gather(SiteSet.Full(1, height, width), rows, new Workers(2));
        float[] row = new float[c * width];
        for (int y = 0; y < height; y++)
        {
            sampler.SampleRow(y, row);
            for (int x = 0; x < width; x++)
            {
                for (int k = 0; k < c; k++)
                {
                    Assert.Equal(row[k * width + x], rows[(y * width + x) * c + k]);
                }
            }
        }
    }

    [Fact]
    public void Gather_AnyOrder_HasTheBitsOfSampleRow()
    {
        var sampler = new LogitSampler(LogitMaps.Random(3, 7, 40, 2), 50, 161, Interpolation.Bilinear);
        int[] indices = [.. Enumerable.Range(0, 50 * 161)];
        new Random(5).Shuffle(indices);
        float[] rows = new float[indices.Length * 3];
        sampler.Gather(new SiteSet(indices, 1, 50, 161), rows, new Workers(2));
        float[] row = new float[3 * 161];
        for (int i = 0; i < indices.Length; i++)
        {
            (int y, int x) = Math.DivRem(indices[i], 161);
            sampler.SampleRow(y, row);
            Assert.Equal([row[x], row[161 + x], row[322 + x]], rows[(3 * i)..(3 * i + 3)]);
        }
    }

    [Fact]
    public void SampleRow_TwoColumnsToFour_HasHandComputedValues()
    {
        var map = new LogitMap([0, 4, 10, 10], 2, 1, 2);
        float[] row = new float[8];
        new LogitSampler(map, 1, 4, Interpolation.Bilinear).SampleRow(0, row);
        Assert.Equal([0f, 1f, 3f, 4f, 10f, 10f, 10f, 10f], row);
    }

    [Fact]
    public void Gather_NoSites_TakesNoValuesAndRefusesSome()
    {
        var sampler = new LogitSampler(LogitMaps.Random(2, 2, 2, 1), 4, 4, Interpolation.Bilinear);
        sampler.Gather(new SiteSet([], 1, 4, 4), [], new Workers(2));
        float[] rows = [7, 7];
        var error = Assert.Throws<ArgumentException>(() => sampler.Gather(new SiteSet([], 1, 4, 4), rows, new Workers(2)));
        Assert.StartsWith("rows: expected 0x2 = 0 values, got 2", error.Message);
        Assert.Equal([7f, 7f], rows);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(2e30f)]
    public void Constructor_UnusableLogit_NamesItsPlace(float bad)
    {
        LogitMap map = LogitMaps.Random(3, 5, 7, 1);
        map.Values[(2 * 5 + 3) * 7 + 6] = bad;
        var error = Assert.Throws<InvalidInputException>(() => new LogitSampler(map, 8, 8, Interpolation.Bilinear));
        Assert.EndsWith("at class 2, row 3, column 6", error.Message);
    }

    [Fact]
    public void Constructor_AreaMode_Throws()
        => Assert.Throws<ArgumentException>(() => new LogitSampler(LogitMaps.Random(2, 2, 2, 1), 1, 1, Interpolation.Area));

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void SampleRow_RowOutsidePhoto_Throws(int y)
    {
        var sampler = new LogitSampler(LogitMaps.Random(2, 2, 2, 1), 4, 4, Interpolation.Bilinear);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.SampleRow(y, new float[8]));
    }

    [Fact]
    public void SampleRow_WrongLength_SaysWhatItExpected()
    {
        var sampler = new LogitSampler(LogitMaps.Random(2, 2, 2, 1), 4, 4, Interpolation.Bilinear);
        var error = Assert.Throws<ArgumentException>(() => sampler.SampleRow(0, new float[7]));
        Assert.StartsWith("values: expected 2x4 = 8 values, got 7", error.Message);
    }

    [Fact]
    public void Gather_SitesOfAnotherSize_Throws()
    {
        var sampler = new LogitSampler(LogitMaps.Random(2, 2, 2, 1), 4, 4, Interpolation.Bilinear);
        Assert.Throws<ArgumentException>(() => sampler.Gather(SiteSet.Full(1, 4, 5), new float[40], new Workers(1)));
    }
}
