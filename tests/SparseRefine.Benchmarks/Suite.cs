using SparseRefine.Benchmarks.Cases;
using SparseRefine.Benchmarks.Harness;

namespace SparseRefine.Benchmarks;

/// <summary>Everything there is to measure.</summary>
internal static class Suite
{
    private static readonly int[] Channels = [16, 32, 64, 128];

    /// <summary>All groups for a number of threads.</summary>
    public static IEnumerable<Group> Groups(int threads) =>
    [
        .. Channels.Select(c => new Group($"convolution {c}", threads, () => ConvolutionCases.Forward(c, threads))),
        new Group("layers", threads, () => ConvolutionCases.OtherLayers(threads)),
        .. Channels[..3].Select(c => new Group($"backward {c}", threads, () => ConvolutionCases.Backward(c, threads))),
        new Group("stages", threads, () => StageCases.All(threads)),
        new Group("network", threads, () => NetworkCases.All(threads)),
        new Group("dense", threads, () => DenseNetworkCases.All(threads)),
    ];

    /// <summary>The folder of the tables in the working copy; null where the program runs outside one.</summary>
    public static string? ResultsFolder()
    {
        foreach (string start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                string project = Path.Combine(folder, "tests", "SparseRefine.Benchmarks");
                if (File.Exists(Path.Combine(project, "SparseRefine.Benchmarks.csproj")))
                {
                    return Directory.CreateDirectory(Path.Combine(project, "results")).FullName;
                }
            }
        }

        return null;
    }
}
