using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>
/// The entries of a kernel map tap by tap: for each chunk of <see cref="ChunkRows"/> rows in visiting order and each tap, the pairs (input row,
/// output row) that exist. What the weight gradient sums over; only training builds it. Pooled: <see cref="Return"/>.
/// </summary>
internal sealed class RowPairs
{
    /// <summary>Rows of a chunk: their features stay in the first-level cache while all taps use them.</summary>
    public const int ChunkRows = 128;

    private const int BlockChunks = 16;

    private readonly BufferPool? _pool;

    public RowPairs(KernelMap map, BufferPool? pool, Workers workers)
    {
        _pool = pool;
        int chunks = (map.Rows + ChunkRows - 1) / ChunkRows;
        int length = checked(chunks * KernelMap.Taps * ChunkRows);
        Inputs = BufferPool.RentRows<int>(pool, length);
        Outputs = BufferPool.RentRows<int>(pool, length);
        Counts = BufferPool.RentRows<int>(pool, chunks * KernelMap.Taps);
        workers.For(chunks, BlockChunks, (_, start, end) =>
        {
            for (int chunk = start; chunk < end; chunk++)
            {
                Fill(map, chunk);
            }
        });
    }

    /// <summary>[chunks, 9, chunk rows], the first <see cref="Counts"/> of each. The array may be longer.</summary>
    public int[] Inputs { get; private set; }

    /// <summary>Laid out as <see cref="Inputs"/>.</summary>
    public int[] Outputs { get; private set; }

    /// <summary>[chunks, 9]: pairs. The array may be longer.</summary>
    public int[] Counts { get; private set; }

    /// <summary>Gives the buffers back. Once only.</summary>
    public void Return()
    {
        BufferPool.Return(_pool, Inputs);
        BufferPool.Return(_pool, Outputs);
        BufferPool.Return(_pool, Counts);
        (Inputs, Outputs, Counts) = ([], [], []);
    }

    private void Fill(KernelMap map, int chunk)
    {
        int first = chunk * ChunkRows;
        ReadOnlySpan<int> order = map.Order.AsSpan(first, Math.Min(ChunkRows, map.Rows - first));
        ReadOnlySpan<int> entries = map.Entries.AsSpan(first * KernelMap.Taps, order.Length * KernelMap.Taps);
        for (int tap = 0; tap < KernelMap.Taps; tap++)
        {
            int at = (chunk * KernelMap.Taps) + tap;
            Span<int> inputs = Inputs.AsSpan(at * ChunkRows, ChunkRows);
            Span<int> outputs = Outputs.AsSpan(at * ChunkRows, ChunkRows);
            int count = 0;
            for (int r = 0; r < order.Length; r++)
            {
                int entry = entries[(r * KernelMap.Taps) + tap];
                if (entry >= 0)
                {
                    inputs[count] = entry;
                    outputs[count++] = order[r];
                }
            }

            Counts[at] = count;
        }
    }
}
