using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <summary>
/// <see cref="WeightGradient"/> where every pixel is active: gradient[tap][inputs][outputs] += sum over output rows i of
/// input[map(i, tap)]^T * outputGradient[i]. A tap's rows are runs of picture rows, which are read in place.
/// </summary>
internal sealed partial class GridWeightGradient
{
    /// <summary>Partial sums at most, each as large as the weights.</summary>
    private const int MaxBlocks = 8;

    /// <summary>Values of input and gradient that are walked through tap by tap before the next ones: half of a common second-level cache.</summary>
    private const int BandValues = 1 << 17;

    public required SimdPath Path { get; init; }

    /// <summary>[input rows, inputs].</summary>
    public required float[] Input { get; init; }

    /// <summary>[rows, outputs].</summary>
    public required float[] OutputGradient { get; init; }

    /// <summary>Null where row i of both belong together: one tap.</summary>
    public GridMap? Map { get; init; }

    public required int Rows { get; init; }

    public required int Taps { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    /// <summary>[taps][inputs][outputs], added to.</summary>
    public required float[] Gradient { get; init; }

    private int PaddedInputs => Path == SimdPath.Scalar ? Inputs : (Inputs + 7) / 8 * 8;

    private int PaddedOutputs => Path == SimdPath.Scalar ? Outputs : (Outputs + 7) / 8 * 8;

    /// <summary>Sums blocks of lines apart, then adds the blocks in order: same bits for any number of threads.</summary>
    public void Run(Workers workers)
    {
        // Without a map lines are cut at will; they are the unit of work.
        int lineLength = Map?.Output.Width ?? Math.Min(Rows, 64);
        int lines = (Rows + lineLength - 1) / lineLength;
        int blockLines = Math.Max(1, (lines + MaxBlocks - 1) / MaxBlocks);
        float[][] partial = new float[Workers.BlockCount(lines, blockLines)][];
        workers.For(lines, blockLines, (block, start, end) => partial[block] = SumBlock(start, end, lineLength));
        workers.For(Taps * Inputs, Math.Max(1, 8192 / Outputs), (_, start, end) =>
        {
            foreach (float[] sums in partial)
            {
                for (int row = start; row < end; row++)
                {
                    (int tap, int input) = Math.DivRem(row, Inputs);
                    ReadOnlySpan<float> sum = sums.AsSpan(((tap * PaddedInputs) + input) * PaddedOutputs, Outputs);
                    Span<float> target = Gradient.AsSpan(row * Outputs, Outputs);
                    for (int o = 0; o < target.Length; o++)
                    {
                        target[o] += sum[o];
                    }
                }
            }
        });
    }
}
