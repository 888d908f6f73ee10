using System.Buffers;
using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <content>The loops.</content>
internal sealed unsafe partial class GridWeightGradient
{
    /// <summary>sums[tap][padded inputs][padded outputs] += products of the rows start to end, for some taps and inputs.</summary>
    private void AddRows(float[] sums, int start, int end, int firstTap, int endTap, int firstInput, int inputs)
    {
        float[] left = PaddedInputs == Inputs ? [] : ArrayPool<float>.Shared.Rent(BandRows * PaddedInputs);
        float[] right = PaddedOutputs == Outputs ? [] : ArrayPool<float>.Shared.Rent(BandRows * PaddedOutputs);

        // Padding columns must be finite zeros; they are written once here and never again.
        Array.Clear(left);
        Array.Clear(right);
        int* inputRows = stackalloc int[BandRows];
        int* outputRows = stackalloc int[BandRows];
        int* numbers = stackalloc int[BandRows];
        for (int i = 0; i < BandRows; i++)
        {
            numbers[i] = i;
        }

        fixed (float* x = Input, y = OutputGradient, sum = sums, paddedX = left, paddedY = right)
        {
            for (int band = start; band < end; band += BandRows)
            {
                for (int tap = firstTap; tap < endTap; tap++)
                {
                    int count = ListPairs(tap, band, Math.Min(end, band + BandRows), inputRows, outputRows);
                    if (paddedX != null)
                    {
                        Widen(x, inputRows, count, Inputs, PaddedInputs, paddedX);
                    }

                    if (paddedY != null)
                    {
                        Widen(y, outputRows, count, Outputs, PaddedOutputs, paddedY);
                    }

                    PairSource pairs = new()
                    {
                        X = (paddedX == null ? x : paddedX) + firstInput,
                        Y = paddedY == null ? y : paddedY,
                        StrideX = PaddedInputs,
                        StrideY = PaddedOutputs,
                        StrideSums = PaddedOutputs,
                        Inputs = paddedX == null ? inputRows : numbers,
                        Outputs = paddedY == null ? outputRows : numbers,
                        Count = count,
                    };
                    AddPairs(pairs, inputs, sum + ((((long)tap * PaddedInputs) + firstInput) * PaddedOutputs));
                }
            }
        }

        if (left.Length > 0)
        {
            ArrayPool<float>.Shared.Return(left);
        }

        if (right.Length > 0)
        {
            ArrayPool<float>.Shared.Return(right);
        }
    }

    private void AddPairs(in PairSource pairs, int inputs, float* sums)
    {
        if (Path != SimdPath.Scalar)
        {
            OuterProduct product = new() { Source = pairs, Inputs = inputs, Sums = sums };
            Simd.Run(Path, ref product);
            return;
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            float* x = pairs.X + (pairs.Inputs[i] * pairs.StrideX);
            float* y = pairs.Y + (pairs.Outputs[i] * pairs.StrideY);
            for (int k = 0; k < inputs; k++)
            {
                for (int o = 0; o < Outputs; o++)
                {
                    sums[(k * Outputs) + o] += x[k] * y[o];
                }
            }
        }
    }

    /// <summary>The rows start to end of the output that have the tap, each with its row of the input.</summary>
    /// <returns>How many.</returns>
    private int ListPairs(int tap, int start, int end, int* inputRows, int* outputRows)
    {
        int count = 0;
        if (Map is not GridMap map)
        {
            for (int row = start; row < end; row++, count++)
            {
                inputRows[count] = row;
                outputRows[count] = row;
            }

            return count;
        }

        // Column x reads column stride x + shift, where that is one.
        int shift = (tap % map.Side) - (map.Side / 2);
        int least = Math.Max(0, -shift);
        int most = (map.Input.Width - shift + map.Stride - 1) / map.Stride;
        for (int row = start; row < end;)
        {
            (int line, int x) = Math.DivRem(row, map.Output.Width);
            (int image, int y) = Math.DivRem(line, map.Output.Height);
            int stop = Math.Min(map.Output.Width, x + end - row);
            int v = map.Source(y, tap / map.Side, map.Input.Height);
            int first = row - x;
            int from = (((image * map.Input.Height) + v) * map.Input.Width) + shift;
            for (int at = Math.Max(x, least); v >= 0 && at < Math.Min(stop, most); at++, count++)
            {
                inputRows[count] = from + (at * map.Stride);
                outputRows[count] = first + at;
            }

            row += stop - x;
        }

        return count;
    }

    private static void Widen(float* source, int* rows, int count, int channels, int padded, float* target)
    {
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(source + ((long)rows[i] * channels), channels).CopyTo(new Span<float>(target + (i * padded), channels));
        }
    }
}
