using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

[Collection(Alone.Name)]
public class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void For_AnyLength_RunsEachItemOnce(int threads)
    {
        Workers workers = new(threads);
        foreach ((int length, int block) in new[] { (0, 1), (1, 1), (7, 8), (8, 8), (9, 8), (1000, 1), (100_003, 64) })
        {
            int[] times = new int[length];
            workers.For(length, block, (b, start, end) =>
            {
                Assert.Equal(b * block, start);
                for (int i = start; i < end; i++)
                {
                    Interlocked.Increment(ref times[i]);
                }
            });
            Assert.All(times, t => Assert.Equal(1, t));
        }
    }

    [Fact]
    public void For_LoopsInsideAndBesideEachOther_RunEachItemOnce()
    {
        Workers workers = new(3);
        int sum = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int repeat = 0; repeat < 200; repeat++)
            {
                workers.For(10, 1, (_, _, _) => workers.For(10, 2, (_, start, end) => Interlocked.Add(ref sum, end - start)));
            }
        });
        Assert.Equal(4 * 200 * 100, sum);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void For_BodyThrows_ThrowsTheSameAndWorksAgain(int threads)
    {
        Workers workers = new(threads);
        Assert.Throws<InvalidInputException>(() => workers.For(
            100, 1, (b, _, _) => _ = b == 50 ? throw new InvalidInputException("block", "another", "50") : b));
        int runs = 0;
        workers.For(100, 1, (_, _, _) => Interlocked.Increment(ref runs));
        Assert.Equal(100, runs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void For_KeptBody_AllocatesNothing(int threads)
    {
        Workers workers = new(threads);
        CountingBody body = new();
        Assert.InRange(Alone.AllocatedBytes(() => workers.For(1000, 1, body)), 0, 200);
        Assert.Equal(0, body.Items % 1000);
    }

    private sealed class CountingBody : IBlockBody
    {
        private int _items;

        public int Items => _items;

        public void Run(int block, int start, int end) => Interlocked.Add(ref _items, end - start);
    }
}
