using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

public sealed class BufferPoolTests
{
    [Fact]
    public void RentRows_StepOfOneRow_NoArraysOfTheLargestStep()
    {
        BufferPool pool = new();
        pool.Expect(400_000);
        pool.Expect(1);

        Assert.InRange(BufferPool.RentRows<int>(pool, 1152).Length, 1152, 100_000);
    }

    [Fact]
    public void RentRows_StepOfHalfTheRows_ArraysOfTheLargestStep()
    {
        BufferPool pool = new();
        pool.Expect(1000);
        int[] array = BufferPool.RentRows<int>(pool, 9000);
        pool.Return(array);
        pool.Expect(500);

        Assert.Same(array, BufferPool.RentRows<int>(pool, 4500));
    }
}
