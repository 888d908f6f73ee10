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
    /// as the runtime and the test host allocate now and then too.
    /// </summary>
    public static long AllocatedBytes(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = i < 2 ? least : Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
