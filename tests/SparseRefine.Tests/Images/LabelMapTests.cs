using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Tests.Images;

public class LabelMapTests
{
    private static readonly LabelMap Map = new([0, 1, 2, 2, 255, 4], 2, 3);

    [Fact]
    public void Indexer_Place_IsRowThenColumn()
    {
        Assert.Equal([0, 1, 2, 2, 255, 4], [Map[0, 0], Map[0, 1], Map[0, 2], Map[1, 0], Map[1, 1], Map[1, 2]]);
        foreach ((int y, int x) in ((int, int)[])[(2, 0), (0, 3), (-1, 0), (0, -1)])
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Map[y, x]);
            Assert.Equal($"[y, x]: expected a pixel of 2x3, rows first, got [{y}, {x}]", error.Message);
        }
    }

    [Fact]
    public void Shares_AnyNumberOfClasses_CountsAllPixelsAndIgnoresNoClass()
    {
        const double Sixth = 1.0 / 6;
        Assert.Equal([Sixth, Sixth, 2 * Sixth, 0, Sixth], Map.Shares());
        Assert.Equal([Sixth, Sixth, 2 * Sixth, 0, Sixth, 0, 0], Map.Shares(7));
        Assert.Equal(Sixth, Map.Shares(256)[255]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Map.Shares(257));
    }

    [Fact]
    public void ToString_Map_TellsSizeAndMostFrequent()
    {
        Assert.Equal("2x3: 2 33.3 %, 0 16.7 %, 1 16.7 % and 2 more", Map.ToString());
        Assert.Equal("1x2: 7 100.0 %", new LabelMap([7, 7], 1, 2).ToString());
    }

    [Fact]
    public void Save_File_ReadsBackEqual()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("labelmap");
        try
        {
            string path = Path.Combine(folder.FullName, "map.png");
            Map.Save(path);
            Assert.Equal(Map.Labels, IndexPng.Read(path).Labels);
            foreach (string other in (string[])["map.jpg", "map.GIF", "map.tiff"])
            {
                Assert.Throws<ArgumentException>(() => Map.Save(Path.Combine(folder.FullName, other)));
            }

            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
