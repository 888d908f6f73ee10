using System.Buffers;
using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <content>The loops.</content>
internal sealed unsafe partial class GridWeightGradient
{
    private float[] SumBlock(int start, int end, int lineLength)
    {
        int inputs = PaddedInputs;
        int outputs = PaddedOutputs;
        int size = Taps * inputs * outputs;
        float[] sums = new float[size];
        float[] left = inputs == Inputs ? [] : ArrayPool<float>.Shared.Rent(lineLength * inputs);
        float[] right = outputs == Outputs ? [] : ArrayPool<float>.Shared.Rent(lineLength * outputs);

        // Rows of a run by their number.
        int[] numbers = ArrayPool<int>.Shared.Rent(lineLength);
        for (int i = 0; i < lineLength; i++)
        {
            numbers[i] = i;
        }

        // Padding columns must be finite zeros; they are written once here and never again.
        Array.Clear(left);
        Array.Clear(right);
        int bandLines = Math.Clamp(BandValues / (lineLength * (inputs + outputs)), 1, end - start);
        fixed (float* x = Input, y = OutputGradient, sum = sums, paddedX = left, paddedY = right)
        fixed (int* sequence = numbers)
        {
            for (int band = start; band < end; band += bandLines)
            {
                int bandEnd = Math.Min(end, band + bandLines);
                for (int tap = 0; tap < Taps; tap++)
                {
                    SumTap(x, y, tap, band, bandEnd, lineLength, paddedX, paddedY, sequence, sum + ((long)tap * inputs * outputs));
                }
            }
        }

        ArrayPool<int>.Shared.Return(numbers);
        if (left.Length > 0)
        {
            ArrayPool<float>.Shared.Return(left);
        }

        if (right.Length > 0)
        {
            ArrayPool<float>.Shared.Return(right);
        }

        return sums;
    }

    private void SumTap(
        float* x, float* y, int tap, int start, int end, int lineLength, float* paddedX, float* paddedY, int* sequence, float* sum)
    {
        if (paddedX != null || paddedY != null || Path == SimdPath.Scalar)
        {
            for (int line = start; line < end; line++)
            {
                RowRun run = Locate(tap, line, lineLength);
                float* left = paddedX == null ? x + (run.Input * Inputs) : Pad(x, run.Input, run.Step, run.Count, Inputs, PaddedInputs, paddedX);
                float* right = paddedY == null ? y + (run.Output * Outputs) : Pad(y, run.Output, 1, run.Count, Outputs, PaddedOutputs, paddedY);
                int stride = paddedX == null ? run.Step * Inputs : PaddedInputs;
                for (int k = 0; k < PaddedInputs; k += Path == SimdPath.Scalar ? 1 : 8)
                {
                    AddOuter(left + k, stride, right, run.Count, sequence, sum + ((long)k * PaddedOutputs));
                }
            }

            return;
        }

        for (int k = 0; k < Inputs; k += 8)
        {
            for (int line = start; line < end; line++)
            {
                RowRun run = Locate(tap, line, lineLength);
                AddOuter(
                    x + (run.Input * Inputs) + k, run.Step * Inputs, y + (run.Output * Outputs), run.Count, sequence, sum + ((long)k * Outputs));
            }
        }
    }

    /// <summary>The rows of a line of outputs that have the tap: neighbours in the output, <see cref="RowRun.Step"/> apart in the input.</summary>
    private RowRun Locate(int tap, int line, int lineLength)
    {
        if (Map is not GridMap map)
        {
            long row = (long)line * lineLength;
            return new RowRun(row, row, 1, (int)Math.Min(lineLength, Rows - row));
        }

        (int image, int y) = Math.DivRem(line, map.Output.Height);
        int v = map.Source(y, tap / 3, map.Input.Height);
        int first = 0;
        int end = map.Output.Width;
        int kx = tap % 3;
        while (first < end && map.Source(first, kx, map.Input.Width) < 0)
        {
            first++;
        }

        while (end > first && map.Source(end - 1, kx, map.Input.Width) < 0)
        {
            end--;
        }

        return v < 0 || first == end
            ? default
            : new RowRun(
                ((((long)image * map.Input.Height) + v) * map.Input.Width) + map.Source(first, kx, map.Input.Width),
                ((long)line * map.Output.Width) + first,
                map.Stride,
                end - first);
    }

    private static float* Pad(float* source, long row, int step, int count, int channels, int padded, float* target)
    {
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(source + ((row + ((long)i * step)) * channels), channels).CopyTo(new Span<float>(target + (i * padded), channels));
        }

        return target;
    }

    // target[8][outputs] (scalar: [1][outputs]) += sum over count rows of x[8]^T y[outputs].
    private void AddOuter(float* x, int stride, float* y, int count, int* sequence, float* target)
    {
        int outputs = PaddedOutputs;
        if (count == 0)
        {
            return;
        }

        if (Path == SimdPath.Scalar)
        {
            for (int i = 0; i < count; i++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    target[o] += x[(long)i * stride] * y[((long)i * outputs) + o];
                }
            }

            return;
        }

        PairSource pairs = new()
        {
            X = x,
            Y = y,
            StrideX = stride,
            StrideY = outputs,
            StrideSums = outputs,
            Inputs = sequence,
            Outputs = sequence,
            Count = count,
        };
        OuterProduct product = new() { Source = pairs, Inputs = 8, Sums = target };
        Simd.Run(Path, ref product);
    }

    private readonly record struct RowRun(long Input, long Output, int Step, int Count);
}
