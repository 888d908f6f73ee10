using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
                    Prefetch.Rows(Source.X, (int)Source.StrideX, Owner.Inputs, (int)(ahead * inputsPerRow), (int)(aheadEnd * inputsPerRow));
                    Prefetch.Rows(Source.Y, (int)Source.StrideY, Owner.Outputs, ahead, aheadEnd);
                }

                for (int tap = 0; tap < Owner.Taps; tap++)
                {
                    if (Counts == null)
                    {
                        // Without a map a row is its own only pair.
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
                        AddTap<TVector, TLanes>(Sums + (tap * Source.StrideX * Source.StrideY));
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddTap<TVector, TLanes>(float* sums)
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            int inputs = (int)Source.StrideX;
            int outputs = (int)Source.StrideY;
            int column = 0;
            for (; column + (2 * TLanes.Count) <= outputs; column += 2 * TLanes.Count)
            {
                for (int channel = 0; channel < inputs; channel += 8)
                {
                    float* target = sums + (channel * Source.StrideSums) + column;
                    if (TLanes.Count == Vector512<float>.Count)
                    {
                        MicroOuter.Outer8x2<TVector, TLanes>(Source, channel, column, target);
                    }
                    else
                    {
                        MicroOuter.Outer4x2<TVector, TLanes>(Source, channel, column, target);
                        MicroOuter.Outer4x2<TVector, TLanes>(Source, channel + 4, column, target + (4 * Source.StrideSums));
                    }
                }
            }

            for (; column + TLanes.Count <= outputs; column += TLanes.Count)
            {
                for (int channel = 0; channel < inputs; channel += 8)
                {
                    MicroOuter.Outer8x1<TVector, TLanes>(Source, channel, column, sums + (channel * Source.StrideSums) + column);
                }
            }

            // Rows are padded to eight floats: what is left is half a vector of the widest path.
            for (int channel = 0; column < outputs && channel < inputs; channel += 8)
            {
                MicroOuter.Outer8x1<Vector256<float>, Lanes256>(Source, channel, column, sums + (channel * Source.StrideSums) + column);
            }
        }
    }
}
