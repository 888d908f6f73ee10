using SparseRefine.Sites;

namespace SparseRefine.Kernels;

/// <summary>gradient[tap][inputs][outputs] += sum over rows i of input[map[i, tap]]^T * outputGradient[i].</summary>
internal sealed partial class WeightGradient
{
    /// <summary>Row pairs gathered at a time.</summary>
    private const int Depth = 64;

    /// <summary>At most this many partial sums a layer, each as large as the weights.</summary>
    private const int MaxBlocks = 16;

    private const int MinBlockRows = 1024;

    public required SimdPath Path { get; init; }

    /// <summary>[any, inputs].</summary>
    public required float[] Input { get; init; }

    /// <summary>[rows, outputs].</summary>
    public required float[] OutputGradient { get; init; }

    /// <summary>Null is the identity.</summary>
    public KernelMap? Map { get; init; }

    public required int Rows { get; init; }

    public required int Taps { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    /// <summary>[taps][inputs][outputs], added to.</summary>
    public required float[] Gradient { get; init; }

    /// <summary>Sums blocks of rows apart, then adds the blocks in order: same bits for any number of threads.</summary>
    public void Run(Workers workers)
    {
        int blockRows = Math.Max(MinBlockRows, (Rows + MaxBlocks - 1) / MaxBlocks);
        float[][] partial = new float[Workers.BlockCount(Rows, blockRows)][];
        workers.For(Rows, blockRows, (block, start, end) => partial[block] = SumBlock(start, end));
        workers.For(Gradient.Length, 4096, (_, start, end) =>
        {
            foreach (float[] sums in partial)
            {
                Unpad(sums, start, end);
            }
        });
    }

    // Partial sums are [taps][padded inputs][padded outputs] so that micro kernels need no tails.
    private void Unpad(float[] sums, int start, int end)
    {
        int paddedOutputs = PaddedOutputs;
        int paddedInputs = PaddedInputs;
        for (int i = start; i < end; i++)
        {
            (int row, int output) = Math.DivRem(i, Outputs);
            (int tap, int input) = Math.DivRem(row, Inputs);
            Gradient[i] += sums[(((tap * paddedInputs) + input) * paddedOutputs) + output];
        }
    }

    private int PaddedInputs => Path == SimdPath.Scalar ? Inputs : (Inputs + 7) / 8 * 8;

    private int PaddedOutputs => Path == SimdPath.Scalar ? Outputs : (Outputs + 7) / 8 * 8;
}
