using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <summary>
/// <see cref="WeightGradient"/> where every pixel is active: gradient[tap][inputs][outputs] += sum over output rows i of
/// input[map(i, tap)]^T * outputGradient[i]. The row pairs of a tap are listed for a band of rows at a time, which is then read in place.
/// </summary>
internal sealed partial class GridWeightGradient
{
    /// <summary>Partial sums at most, each as large as the weights: enough to keep eight threads busy.</summary>
    private const int MaxBlocks = 8;

    /// <summary>Rows of a band. Two vectors of 16 floats of each row's gradient are 16 kB, half of a first-level cache, which all inputs are multiplied with.</summary>
    private const int BandRows = 128;

    /// <summary>From this many weights on, threads share out the weights instead of the rows: partial sums of 128 kB and more would not stay in a cache.</summary>
    private const int ManyWeights = 1 << 15;

    /// <summary>Inputs of a tap that a thread takes at a time where weights are shared out.</summary>
    private const int InputsAtATime = 32;

    public required SimdPath Path { get; init; }

    /// <summary>[input rows, inputs].</summary>
    public required float[] Input { get; init; }

    /// <summary>[rows, outputs].</summary>
    public required float[] OutputGradient { get; init; }

    /// <summary>Not transposed; null where output row i reads input row i, through one tap.</summary>
    public GridMap? Map { get; init; }

    public required int Rows { get; init; }

    public required int Taps { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    /// <summary>[taps][inputs][outputs], added to.</summary>
    public required float[] Gradient { get; init; }

    private int PaddedInputs => Path == SimdPath.Scalar ? Inputs : (Inputs + 7) / 8 * 8;

    private int PaddedOutputs => Path == SimdPath.Scalar ? Outputs : (Outputs + 7) / 8 * 8;

    /// <summary>
    /// Sums the rows of each weight in order, or blocks of rows apart and then the blocks in order: same bits for any number of threads.
    /// </summary>
    public void Run(Workers workers)
    {
        if (Taps * Inputs * Outputs >= ManyWeights && Inputs == PaddedInputs && Outputs == PaddedOutputs)
        {
            int parts = (Inputs + InputsAtATime - 1) / InputsAtATime;
            workers.For(Taps * parts, 1, (task, _, _) =>
            {
                (int tap, int part) = Math.DivRem(task, parts);
                int first = part * InputsAtATime;
                AddRows(Gradient, 0, Rows, tap, tap + 1, first, Math.Min(InputsAtATime, Inputs - first));
            });
            return;
        }

        int block = Math.Max(BandRows, (Rows + MaxBlocks - 1) / MaxBlocks);
        float[][] partial = new float[Workers.BlockCount(Rows, block)][];
        workers.For(Rows, block, (at, start, end) =>
        {
            float[] sums = new float[Taps * PaddedInputs * PaddedOutputs];
            AddRows(sums, start, end, 0, Taps, 0, PaddedInputs);
            partial[at] = sums;
        });
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
