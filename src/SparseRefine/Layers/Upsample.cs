using System.Numerics;
using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// Bilinear enlargement by a whole factor f: output x reads the input at s = (x + 0.5) / f - 0.5, clamped to the image; rows alike
/// (ONNX Resize, linear, half_pixel).
/// </summary>
internal static class Upsample
{
    /// <summary>[pixels, channels] to [pixels * factor^2, channels]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable input, GridShape grid, int factor, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), grid.Rows, input?.Channels ?? 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        GridShape fine = grid with { Height = grid.Height * factor, Width = grid.Width * factor };
        int channels = input!.Channels;
        Variable output = Variable.Output(tape, fine.Rows, channels, input.NeedsGradient);
        float[] source = input.Value;
        float[] values = output.Value;
        Axis rows = new(grid.Height, factor);
        Axis columns = new(grid.Width, factor);
        int line = grid.Width * channels;
        workers.For(fine.Images * fine.Height, 4, (_, start, end) =>
        {
            float[] blended = new float[line];
            for (int at = start; at < end; at++)
            {
                (int image, int y) = Math.DivRem(at, fine.Height);
                int first = image * grid.Pixels * channels;
                Array.Clear(blended);
                AddScaled(source, first + (rows.First[y] * line), 1 - rows.Share[y], blended, 0, line);
                AddScaled(source, first + (rows.Second[y] * line), rows.Share[y], blended, 0, line);
                for (int x = 0, to = at * fine.Width * channels; x < fine.Width; x++, to += channels)
                {
                    Mix(blended, columns.First[x] * channels, columns.Second[x] * channels, columns.Share[x], values, to, channels);
                }
            }
        });
        if (input.NeedsGradient)
        {
            tape?.Record(output, () => Backward(input, output, grid, fine, rows, columns, tape.Workers));
        }

        return output;
    }

    // The adjoint, gathered line by line of the input so that no two threads write to one value.
    private static void Backward(Variable input, Variable output, GridShape grid, GridShape fine, Axis rows, Axis columns, Workers workers)
    {
        int channels = input.Channels;
        int wide = fine.Width * channels;
        int factor = fine.Height / grid.Height;
        float[] source = output.Gradient;
        float[] target = input.Gradient;
        workers.For(grid.Images * grid.Height, 2, (_, start, end) =>
        {
            float[] blended = new float[wide];
            for (int at = start; at < end; at++)
            {
                (int image, int v) = Math.DivRem(at, grid.Height);
                Array.Clear(blended);
                for (int y = Math.Max(0, (v - 1) * factor); y < Math.Min(fine.Height, (v + 2) * factor); y++)
                {
                    float weight = (rows.First[y] == v ? 1 - rows.Share[y] : 0) + (rows.Second[y] == v ? rows.Share[y] : 0);
                    if (weight != 0)
                    {
                        AddScaled(source, ((image * fine.Height) + y) * wide, weight, blended, 0, wide);
                    }
                }

                int to = at * grid.Width * channels;
                for (int x = 0; x < fine.Width; x++)
                {
                    AddScaled(blended, x * channels, 1 - columns.Share[x], target, to + (columns.First[x] * channels), channels);
                    AddScaled(blended, x * channels, columns.Share[x], target, to + (columns.Second[x] * channels), channels);
                }
            }
        });
    }

    private static void AddScaled(float[] source, int from, float weight, float[] target, int to, int count)
    {
        int i = 0;
        for (int last = Simd.VectorEnd(i, count); i < last; i += Vector<float>.Count)
        {
            (new Vector<float>(target, to + i) + (new Vector<float>(source, from + i) * weight)).CopyTo(target, to + i);
        }

        for (; i < count; i++)
        {
            target[to + i] += source[from + i] * weight;
        }
    }

    private static void Mix(float[] source, int first, int second, float share, float[] target, int to, int count)
    {
        int i = 0;
        for (int last = Simd.VectorEnd(i, count); i < last; i += Vector<float>.Count)
        {
            Vector<float> a = new(source, first + i);
            (a + ((new Vector<float>(source, second + i) - a) * share)).CopyTo(target, to + i);
        }

        for (; i < count; i++)
        {
            target[to + i] = source[first + i] + ((source[second + i] - source[first + i]) * share);
        }
    }

    private sealed class Axis
    {
        public Axis(int size, int factor)
        {
            First = new int[size * factor];
            Second = new int[First.Length];
            Share = new float[First.Length];
            for (int i = 0; i < First.Length; i++)
            {
                double source = Math.Clamp(((i + 0.5) / factor) - 0.5, 0, size - 1);
                First[i] = (int)source;
                Second[i] = Math.Min(First[i] + 1, size - 1);
                Share[i] = (float)(source - First[i]);
            }
        }

        public int[] First { get; }

        public int[] Second { get; }

        public float[] Share { get; }
    }
}
