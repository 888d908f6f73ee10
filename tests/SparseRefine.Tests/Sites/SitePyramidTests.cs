using SparseRefine.Kernels;
using SparseRefine.Sites;
using SparseRefine.Tests.Layers;
using Xunit;

namespace SparseRefine.Tests.Sites;

public sealed class SitePyramidTests
{
    [Theory]
    [InlineData(1, 1, 1, 1.0)]
    [InlineData(1, 5, 8, 0.5)]
    [InlineData(2, 7, 7, 0.4)]
    [InlineData(1, 3, 3, 0.0)]
    [InlineData(3, 1, 9, 1.0)]
    public void Build_AnyShape_MapsEqualDefinition(int images, int height, int width, double density)
    {
        SiteSet sites = Samples.Sites(images, height, width, density, 5);
        SitePyramid pyramid = SitePyramid.Build(sites, 3, new Workers(2));

        Assert.Equal(3, pyramid.Levels.Count);
        Assert.Null(pyramid.Levels[2].Down);
        for (int i = 0; i < 3; i++)
        {
            SiteLevel level = pyramid.Levels[i];
            int[] neighbors = Empty(level.Sites.Count);
            DenseOracle.Visit(level.Sites, level.Sites, 1, (o, j, tap) => neighbors[(o * 9) + tap] = j);
            Assert.Equal(neighbors, Plain(level.Neighbors));
            if (i == 2)
            {
                break;
            }

            SiteSet coarse = pyramid.Levels[i + 1].Sites;
            var expected = Enumerable.Range(0, level.Sites.Count).Select(s => DenseOracle.Position(level.Sites, s))
                .Select(p => (p.Image, p.Y / 2, p.X / 2)).Distinct().Order();
            Assert.Equal(expected, Enumerable.Range(0, coarse.Count).Select(s => DenseOracle.Position(coarse, s)));
            int[] down = Empty(coarse.Count);
            int[] up = Empty(level.Sites.Count);
            DenseOracle.Visit(coarse, level.Sites, 2, (o, j, tap) =>
            {
                down[(o * 9) + tap] = j;
                up[(j * 9) + tap] = o;
            });
            Assert.Equal(down, Plain(level.Down!));
            Assert.Equal(up, Plain(level.Up!));
        }
    }

    // [rows, 9] in the order of the sites.
    private static int[] Plain(KernelMap map)
    {
        int[] plain = new int[map.Rows * 9];
        for (int i = 0; i < map.Rows; i++)
        {
            Array.Copy(map.Entries, i * 9, plain, map.Order[i] * 9, 9);
        }

        return plain;
    }

    private static int[] Empty(int rows)
    {
        int[] map = new int[rows * 9];
        Array.Fill(map, -1);
        return map;
    }
}
