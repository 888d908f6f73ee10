using System.Diagnostics;
using Xunit;

namespace SparseRefine.Tests;

/// <summary>Tests that count what the whole process allocates run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class Alone
{
    /// <summary>The collection.</summary>
    public const string Name = "alone";

    /// <summary>
    /// Bytes that one call allocates on all threads together once earlier calls have warmed up code and pools: the least of several,
    /// as the runtime and the test host allocate now and then too. Quick calls are repeated for a tenth of a second, since a burst of the host's outlasts a few of them.
    /// </summary>
    public static long AllocatedBytes(Action action)
    {
        long least = long.MaxValue;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 12 || (least > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(0.1)); i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = i < 2 ? least : Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
