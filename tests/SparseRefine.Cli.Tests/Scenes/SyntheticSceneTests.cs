using SparseRefine.Cli.Scenes;
using SparseRefine.Images;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Cli.Tests.Scenes;

public sealed class SyntheticSceneTests
{
    [Fact]
    public void Labels_SameSeed_SameLabels()
    {
        Assert.Equal(SyntheticScene.Labels(64, 48, 7, 5).Labels, SyntheticScene.Labels(64, 48, 7, 5).Labels);
        Assert.NotEqual(SyntheticScene.Labels(64, 48, 7, 5).Labels, SyntheticScene.Labels(64, 48, 7, 6).Labels);
    }

    [Fact]
    public void Labels_StreetSize_HasTheDocumentedContour()
    {
        double[] shares = [.. Enumerable.Range(1, 8).Select(seed => ContourShare(SyntheticScene.Labels(1024, 2048, 19, seed)))];
        Assert.True(shares.Min() > 0.024 && shares.Max() < 0.029, $"contour shares {string.Join(", ", shares)}");
    }

    [Fact]
    public void Labels_SizeOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticScene.Labels(15, 16, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticScene.Labels(16, 16, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticScene.Labels(16, 16, 256, 1));
    }

    [Fact]
    public void Photo_OfLabels_IsNearTheClassColors()
    {
        LabelMap labels = SyntheticScene.Labels(32, 32, 2, 1);
        byte[] photo = SyntheticScene.Photo(labels, 2);
        Assert.Equal(3 * 32 * 32, photo.Length);
        foreach (byte label in labels.Labels.Distinct())
        {
            byte[] reds = [.. Enumerable.Range(0, 1024).Where(i => labels.Labels[i] == label).Select(i => photo[3 * i])];
            Assert.InRange(reds.Max() - reds.Min(), 1, 64);
        }
    }

    private static double ContourShare(LabelMap map)
    {
        int pixels = 0;
        for (int i = 0; i < map.Labels.Length; i++)
        {
            int x = i % map.Width;
            bool differs = (x > 0 && map.Labels[i - 1] != map.Labels[i])
                || (x + 1 < map.Width && map.Labels[i + 1] != map.Labels[i])
                || (i >= map.Width && map.Labels[i - map.Width] != map.Labels[i])
                || (i + map.Width < map.Labels.Length && map.Labels[i + map.Width] != map.Labels[i]);
            pixels += differs ? 1 : 0;
        }

        return (double)pixels / map.Labels.Length;
    }
}
