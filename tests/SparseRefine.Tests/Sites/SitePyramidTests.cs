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
    [InlineData(1, 7, 200, 0.5)]
    [InlineData(2, 5, 129, 0.7)]
    [InlineData(1, 64, 64, 1.0)]
    [InlineData(2, 61, 67, 0.8)]
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

    [Fact]
    public void Build_ShuffledSites_MapsPointToTheirRows()
    {
        SiteSet ascending = Samples.Sites(2, 23, 70, 0.4, 5);
        int[] indices = [.. ascending.Indices];
        new Random(3).Shuffle(indices);
        SiteSet sites = new(indices, 2, 23, 70);
        SitePyramid pyramid = SitePyramid.Build(sites, 2, new Workers(2));
        (SiteLevel fine, SiteLevel coarse) = (pyramid.Levels[0], pyramid.Levels[1]);
        int[] neighbors = Empty(sites.Count);
        int[] down = Empty(coarse.Count);
        int[] up = Empty(sites.Count);

        DenseOracle.Visit(sites, sites, 1, (o, j, tap) => neighbors[(o * 9) + tap] = j);
        DenseOracle.Visit(coarse.Sites, sites, 2, (o, j, tap) =>
        {
            down[(o * 9) + tap] = j;
            up[(j * 9) + tap] = o;
        });

        Assert.Equal(neighbors, Plain(fine.Neighbors));
        Assert.Equal(down, Plain(fine.Down!));
        Assert.Equal(up, Plain(fine.Up!));
    }

    [Fact]
    public void Build_AnyThreadsAndUsedBuffers_SameMaps()
    {
        SiteSet sites = Samples.Sites(1, 150, 131, 0.6, 5);
        using SitePyramid one = SitePyramid.Build(sites, 3, new Workers(1));
        for (int threads = 2; threads <= 4; threads++)
        {
            // Each round builds in the buffers that the round before gave back.
            using SitePyramid many = SitePyramid.Build(sites, 3, new Workers(threads));
            for (int i = 0; i < 3; i++)
            {
                AssertSame(one.Levels[i].Neighbors, many.Levels[i].Neighbors);
                AssertSame(one.Levels[i].Down, many.Levels[i].Down);
                AssertSame(one.Levels[i].Up, many.Levels[i].Up);
            }
        }
    }

    [Fact]
    public void Build_AnyMap_TilesAndPairsHoldItsEntries()
    {
        Workers workers = new(2);
        using SitePyramid pyramid = SitePyramid.Build(Samples.Sites(1, 77, 90, 0.5, 5), 2, workers);
        SiteLevel level = pyramid.Levels[0];
        foreach (KernelMap map in (KernelMap[])[level.Neighbors, level.Down!, level.Up!])
        {
            HashSet<(int Row, int Tap, int Input)> present = [];
            for (int i = 0; i < map.Rows * 9; i++)
            {
                if (map.Entries[i] >= 0)
                {
                    Assert.True((map.TileMasks[i / 9 / KernelMap.TileRows] >> (i % 9) & 1) == 1, $"entry {i} is not in its tile's mask");
                    present.Add((map.Order[i / 9], i % 9, map.Entries[i]));
                }
            }

            Assert.Equal(present.Count, map.Present);
            Assert.Equal(Enumerable.Range(0, map.Rows), map.Order.Take(map.Rows).Order());
            RowPairs pairs = map.Pairs(workers);
            HashSet<(int Row, int Tap, int Input)> paired = [];
            for (int at = 0; at < (map.Rows + RowPairs.ChunkRows - 1) / RowPairs.ChunkRows * 9; at++)
            {
                for (int p = at * RowPairs.ChunkRows; p < (at * RowPairs.ChunkRows) + pairs.Counts[at]; p++)
                {
                    Assert.True(paired.Add((pairs.Outputs[p], at % 9, pairs.Inputs[p])), $"pair {p} stands twice");
                }
            }

            Assert.Equal(present, paired);
        }
    }

    private static void AssertSame(KernelMap? expected, KernelMap? actual)
    {
        Assert.Equal(expected == null, actual == null);
        if (expected != null)
        {
            Assert.Equal(expected.Order.Take(expected.Rows), actual!.Order.Take(actual.Rows));
            Assert.Equal(expected.Entries.Take(expected.Rows * 9), actual.Entries.Take(actual.Rows * 9));
            Assert.Equal(expected.TileMasks.Take(expected.Tiles), actual.TileMasks.Take(actual.Tiles));
            Assert.Equal(expected.Present, actual.Present);
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
