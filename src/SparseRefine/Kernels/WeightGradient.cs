using SparseRefine.Sites;

namespace SparseRefine.Kernels;

/// <summary>gradient[tap][inputs][outputs] += sum over rows i of input[map[i, tap]]^T * outputGradient[i].</summary>
internal sealed partial class WeightGradient
{
    /// <summary>Partial sums of a layer at most, each as large as the weights: enough to keep 16 threads busy.</summary>
    private const int MaxBlocks = 16;

    private const int MinBlockRows = 8 * RowPairs.ChunkRows; // of fewer rows a partial sum is not worth adding

    public required SimdPath Path { get; init; }

    /// <summary>Where working memory comes from; null: the runtime's shared pool.</summary>
    public BufferPool? Pool { get; init; }

    /// <summary>[any, inputs].</summary>
    public required float[] Input { get; init; }

    /// <summary>[rows, outputs].</summary>
    public required float[] OutputGradient { get; init; }

    /// <summary>Null where output row i reads input row i.</summary>
    public KernelMap? Map { get; init; }

    public required int Rows { get; init; }

    public required int Taps { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    /// <summary>[taps][inputs][outputs], added to.</summary>
    public required float[] Gradient { get; init; }

    /// <summary>
    /// Each block of rows is summed into a buffer of its own, then the buffers are added in order: the same bits for any number of threads. Register
    /// tiles take eight inputs and eight outputs, so a matrix whose number of channels 8 does not divide is copied into a wider one first.
    /// </summary>
    public void Run(Workers workers)
    {
        int inputRows = Map == null ? Rows : Map.InputRows;
        int strideX = Path == SimdPath.Scalar ? Inputs : Padded(Inputs);
        int strideY = Path == SimdPath.Scalar ? Outputs : Padded(Outputs);
        float[] x = strideX == Inputs ? Input : Widened(Input, inputRows, Inputs, strideX, workers);
        float[] y = strideY == Outputs ? OutputGradient : Widened(OutputGradient, Rows, Outputs, strideY, workers);
        RowPairs? pairs = Path == SimdPath.Scalar ? null : Map?.Pairs(workers);
        int blockRows = Math.Max(MinBlockRows, (Rows + MaxBlocks - 1) / MaxBlocks);
        blockRows = (blockRows + RowPairs.ChunkRows - 1) / RowPairs.ChunkRows * RowPairs.ChunkRows;
        float[][] partial = new float[Workers.BlockCount(Rows, blockRows)][];
        int length = Taps * strideX * strideY;
        workers.For(Rows, blockRows, (block, start, end) =>
        {
            float[] sums = BufferPool.Rent<float>(Pool, length);
            sums.AsSpan(0, length).Clear();
            SumBlock(x, strideX, y, strideY, pairs, start, end, sums);
            partial[block] = sums;
        });
        workers.For(Taps * Inputs, 32, (_, start, end) => AddSums(partial, strideX, strideY, start, end));
        foreach (float[] sums in partial)
        {
            BufferPool.Return(Pool, sums);
        }

        if (x != Input)
        {
            BufferPool.Return(Pool, x);
        }

        if (y != OutputGradient)
        {
            BufferPool.Return(Pool, y);
        }
    }

    private static int Padded(int channels) => (channels + 7) / 8 * 8;

    private float[] Widened(float[] values, int rows, int channels, int stride, Workers workers)
    {
        float[] wide = BufferPool.RentRows<float>(Pool, checked(rows * stride));
        workers.For(rows, 1024, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Span<float> row = wide.AsSpan(i * stride, stride);
                values.AsSpan(i * channels, channels).CopyTo(row);
                row[channels..].Clear();
            }
        });
        return wide;
    }

    // Rows (tap, input) from start to end of the gradient.
    private void AddSums(float[][] partial, int strideX, int strideY, int start, int end)
    {
        for (int row = start; row < end; row++)
        {
            int from = (((row / Inputs) * strideX) + (row % Inputs)) * strideY;
            foreach (float[] sums in partial)
            {
                AddRow(sums.AsSpan(from, Outputs), Gradient.AsSpan(row * Outputs, Outputs));
            }
        }
    }
}
