using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>Graphs of refiners of every kind give the engine's labels.</summary>
public sealed class RefinementGraphTests
{
    [Fact]
    public void Build_FiftyRandomRefiners_GivesTheEnginesLabels()
    {
        long pixels = 0;
        int differing = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            RandomRefiner subject = new(seed);
            using GraphRun run = new(subject);
            Random random = new(seed);
            foreach ((int height, int width) in ((int, int)[])[(1, 1), (random.Next(2, 12), random.Next(2, 12)), (random.Next(30, 70), random.Next(30, 70))])
            {
                differing += run.Compare(height, width, random.Next(1, 1 + ((height + 1) / 2)), random.Next(1, 1 + ((width + 1) / 2)));
                pixels += height * width;
            }
        }

        Assert.True(differing * 100_000L <= pixels, $"{differing} of {pixels} labels differ");
    }
}
