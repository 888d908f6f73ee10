using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Sites;

public sealed class SiteBandTests
{
    [Theory]
    [InlineData(100, 7, 1.0, 5, 150)]
    [InlineData(100, 7, 0.2, 9, 30)]
    [InlineData(100, 7, 1.0, 40, 1)]
    [InlineData(3, 50, 0.5, 9, 10)]
    [InlineData(100, 7, 0.001, 5, 1)]
    public void Split_AnySites_CoresCoverThemOnceWithTheirMargins(int height, int width, double density, int margin, int most)
    {
        SiteSet sites = Samples.Sites(1, height, width, density, 3);
        int next = 0;
        foreach (SiteBand band in SiteBand.Split(sites, margin, most))
        {
            Assert.Equal(next, band.CoreStart);
            Assert.True(band.CoreEnd > band.CoreStart);
            int top = sites.Indices[band.CoreStart] / width;
            int bottom = (sites.Indices[band.CoreEnd - 1] / width) + 1;
            int[] near = [.. sites.Indices.Where(i => i / width >= top - margin && i / width < bottom + margin)];
            Assert.Equal(near, sites.Indices[band.Start..band.End].Intersect(near));
            Assert.True(band.End - band.Start <= most || bottom - top <= margin, $"{band}");
            next = band.CoreEnd;
        }

        Assert.Equal(sites.Count, next);
    }
}
