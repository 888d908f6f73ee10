using System.Buffers;

namespace SparseRefine.Kernels;

/// <content>The loops.</content>
internal sealed unsafe partial class WeightGradient
{
    private float[] SumBlock(int start, int end)
    {
        int inputs = PaddedInputs;
        int outputs = PaddedOutputs;
        float[] sums = new float[Taps * inputs * outputs];
        float[] scratch = ArrayPool<float>.Shared.Rent(Depth * (inputs + outputs));
        fixed (float* x = Input, y = OutputGradient, sum = sums, gathered = scratch)
        fixed (int* map = Map?.Entries, order = Map?.Order)
        {
            if (Path == SimdPath.Scalar)
            {
                SumScalar(x, y, map, order, start, end, sum);
            }
            else
            {
                // Padding columns must be finite zeros; they are written once here and never again.
                new Span<float>(gathered, Depth * (inputs + outputs)).Clear();
                for (int tap = 0; tap < Taps; tap++)
                {
                    SumTap(x, y, map, order, tap, start, end, gathered, sum + ((long)tap * inputs * outputs));
                }
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
        return sums;
    }

    // The reference: what SumTap computes over all taps.
    private void SumScalar(float* x, float* y, int* map, int* order, int start, int end, float* sum)
    {
        for (int i = start; i < end; i++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                long row = map == null ? i : map[((long)i * Taps) + tap];
                for (int k = 0; row >= 0 && k < Inputs; k++)
                {
                    float* target = sum + (((tap * Inputs) + k) * Outputs);
                    for (int o = 0; o < Outputs; o++)
                    {
                        target[o] += x[(row * Inputs) + k] * y[((long)(order == null ? i : order[i]) * Outputs) + o];
                    }
                }
            }
        }
    }

    private void SumTap(float* x, float* y, int* map, int* order, int tap, int start, int end, float* gathered, float* sum)
    {
        int inputs = PaddedInputs;
        int outputs = PaddedOutputs;
        float* left = gathered;
        float* right = gathered + (Depth * inputs);
        int filled = 0;
        for (int i = start; i < end; i++)
        {
            long row = map == null ? i : map[((long)i * Taps) + tap];
            if (row < 0)
            {
                continue;
            }

            RowCopy.Copy(x + (row * Inputs), left + (filled * inputs), Inputs);
            RowCopy.Copy(y + ((long)(order == null ? i : order[i]) * Outputs), right + (filled * outputs), Outputs);
            if (++filled == Depth)
            {
                AddOuter(left, right, filled, sum);
                filled = 0;
            }
        }

        AddOuter(left, right, filled, sum);
    }

    private void AddOuter(float* left, float* right, int count, float* sum)
    {
        int inputs = PaddedInputs;
        int outputs = PaddedOutputs;
        bool wide = Path == SimdPath.Vector512;
        for (int k = 0; k < inputs && count > 0; k += 8)
        {
            float* x = left + k;
            float* target = sum + ((long)k * outputs);
            int o = 0;
            for (; wide && o + 32 <= outputs; o += 32)
            {
                MicroOuter.Outer8x32(x, inputs, right + o, outputs, count, target + o, outputs);
            }

            for (; o + 16 <= outputs; o += 16)
            {
                if (wide)
                {
                    MicroOuter.Outer8x16(x, inputs, right + o, outputs, count, target + o, outputs);
                }
                else
                {
                    MicroOuter.Outer4x16(x, inputs, right + o, outputs, count, target + o, outputs);
                    MicroOuter.Outer4x16(x + 4, inputs, right + o, outputs, count, target + (4 * outputs) + o, outputs);
                }
            }

            if (o < outputs)
            {
                MicroOuter.Outer8x8(x, inputs, right + o, outputs, count, target + o, outputs);
            }
        }
    }
}
