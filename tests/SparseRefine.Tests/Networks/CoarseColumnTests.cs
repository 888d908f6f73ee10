using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Tests.Selectors;
using Xunit;

namespace SparseRefine.Tests.Networks;

public sealed class CoarseColumnTests
{
    [Theory]
    [InlineData(11, 0)]
    [InlineData(3, 21)]
    public void Gather_Sites_ProbabilitiesAndFeaturesOfTheirCentres(int classes, int features)
    {
        LogitMap[] maps = [Maps(classes, features, 1), Maps(classes, features, 2)];
        var column = new CoarseColumn(maps, features, new Workers(2));
        SiteSet sites = Samples.Sites(2, 13, 18, 0.4, 3);
        float[] one = new float[sites.Count * column.Channels];
        float[] two = new float[one.Length];

        column.Gather(sites, one, new Workers(1));
        column.Gather(sites, two, new Workers(2));

        Assert.Equal(one, two);
        for (int i = 0; i < sites.Count; i++)
        {
            (int image, int pixel) = (sites.Indices[i] / (13 * 18), sites.Indices[i] % (13 * 18));
            LogitMap map = maps[image];
            for (int c = 0; c < column.Channels; c++)
            {
                LogitMap source = c < classes
                    ? Probabilities(map)
                    : new LogitMap(map.Features!.Values, features, map.Features.Height, map.Features.Width);
                double expected = LogitMaps.Read(source, 13, 18, Interpolation.Bilinear, c < classes ? c : c - classes, pixel / 18, pixel % 18);
                Tolerance.Equal(expected, one[(i * column.Channels) + c], 1e-5, 1, $"site {i}, channel {c}");
            }
        }
    }

    [Fact]
    public void Constructor_MapWithoutTheFeatures_NamesBothCounts()
    {
        ArgumentException none = Assert.Throws<ArgumentException>(() => new CoarseColumn([Maps(2, 0, 1)], 5, new Workers(1)));
        ArgumentException other = Assert.Throws<ArgumentException>(() => new CoarseColumn([Maps(2, 4, 1)], 5, new Workers(1)));

        Assert.Equal("logits: expected maps with 5 features of the dense model beside them, got none", none.Message);
        Assert.Equal("logits: expected maps with 5 features of the dense model beside them, got 4", other.Message);
    }

    private static LogitMap Maps(int classes, int features, int seed)
    {
        LogitMap map = LogitMaps.Random(classes, 5, 7, seed);
        return features == 0 ? map : new LogitMap(map.Values, classes, 5, 7)
        {
            Features = new FeatureMap(Samples.Values(features * 3 * 4, seed + 9), features, 3, 4),
        };
    }

    private static LogitMap Probabilities(LogitMap map)
    {
        int pixels = map.Height * map.Width;
        float[] values = new float[map.Values.Length];
        for (int i = 0; i < pixels; i++)
        {
            double[] e = [.. Enumerable.Range(0, map.Classes).Select(c => Math.Exp(map.Values[(c * pixels) + i]))];
            for (int c = 0; c < e.Length; c++)
            {
                values[(c * pixels) + i] = (float)(e[c] / e.Sum());
            }
        }

        return new LogitMap(values, map.Classes, map.Height, map.Width);
    }
}
