using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class GarbageTests
{
    private const int Piece = 8 << 20;
    private const long InUse = 50L * Piece;

    [Fact]
    public void Bound_ArraysThatNobodyUses_AreNeverManyMoreThanThoseInUse()
    {
        byte[][] kept = [.. Enumerable.Range(0, 50).Select(_ => new byte[Piece])];
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        for (int i = 0; i < 200; i++)
        {
            Garbage.Bound();
            _ = new byte[Piece];
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before);
        }

        GC.KeepAlive(kept);
        Assert.True(most <= (InUse / 2) + (2 * Piece), $"{most >> 20} MB beside {InUse >> 20}");
    }
}
