using System.Runtime.CompilerServices;
using SparseRefine.Sites;

namespace SparseRefine.Kernels;

/// <content>The loops.</content>
internal sealed unsafe partial class WeightGradient
{
    private void SumBlock(
        float[] input, int strideX, float[] gradient, int strideY, RowPairs? pairs, int start, int end, float[] sums)
    {
        fixed (float* x = input, y = gradient, sum = sums)
        fixed (int* inputs = pairs?.Inputs, outputs = pairs?.Outputs, counts = pairs?.Counts)
        {
            if (Path == SimdPath.Scalar)
            {
                SumScalar(x, y, start, end, sum);
                return;
            }

            SumLoop loop = new()
            {
                Owner = this,
                Source = new PairSource { X = x, Y = y, StrideX = strideX, StrideY = strideY, StrideSums = strideY },
                Inputs = inputs,
                Outputs = outputs,
                Counts = counts,
                Start = start,
                End = end,
                Sums = sum,
            };
            Simd.Run(Path, ref loop);
        }
    }

    // The reference: what the register tiles sum, one product at a time.
    private void SumScalar(float* x, float* y, int start, int end, float* sum)
    {
        for (int i = start; i < end; i++)
        {
            long output = Map == null ? i : Map.Order[i];
            for (int tap = 0; tap < Taps; tap++)
            {
                long row = Map == null ? i : Map.Entries[(i * Taps) + tap];
                for (int k = 0; row >= 0 && k < Inputs; k++)
                {
                    float* target = sum + (((tap * Inputs) + k) * Outputs);
                    for (int o = 0; o < Outputs; o++)
                    {
                        target[o] = float.MultiplyAddEstimate(x[(row * Inputs) + k], y[(output * Outputs) + o], target[o]);
                    }
                }
            }
        }
    }

    private static void AddRow(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += source[i];
        }
    }

    private struct SumLoop : ISimdLoop
    {
        public WeightGradient Owner;
        public PairSource Source;
        public int* Inputs;
        public int* Outputs;
        public int* Counts;
        public int Start;
        public int End;
        public float* Sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int* own = stackalloc int[RowPairs.ChunkRows];
            double inputsPerRow = Owner.Map == null ? 1 : Owner.Map.InputRows / (double)Owner.Rows;
            for (int first = Start; first < End; first += RowPairs.ChunkRows)
            {
                int rows = Math.Min(RowPairs.ChunkRows, End - first);
                int chunk = first / RowPairs.ChunkRows;
                if (Counts != null)
                {
                    int ahead = Math.Min(Owner.Rows, first + Owner.Map!.PrefetchRows);
                    int aheadEnd = Math.Min(Owner.Rows, ahead + rows);
                    Prefetch.Rows(Source.X, (int)Source.StrideX, (int)(ahead * inputsPerRow), (int)(aheadEnd * inputsPerRow));
                    Prefetch.Rows(Source.Y, (int)Source.StrideY, ahead, aheadEnd);
                }

                for (int tap = 0; tap < Owner.Taps; tap++)
                {
                    if (Counts == null)
                    {
                        // Without a map input row i belongs to output row i.
                        for (int i = 0; i < rows; i++)
                        {
                            own[i] = first + i;
                        }

                        Source.Inputs = own;
                        Source.Outputs = own;
                        Source.Count = rows;
                    }
                    else
                    {
                        long at = ((long)chunk * KernelMap.Taps) + tap;
                        Source.Inputs = Inputs + (at * RowPairs.ChunkRows);
                        Source.Outputs = Outputs + (at * RowPairs.ChunkRows);
                        Source.Count = Counts[at];
                    }

                    if (Source.Count > 0)
                    {
                        OuterProduct.Add<TVector, TLanes>(Source, (int)Source.StrideX, Sums + (tap * Source.StrideX * Source.StrideY));
                    }
                }
            }
        }
    }
}
