using System.Numerics;
using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// y[Y, X, c] = the largest x[2 Y + ky - 1, 2 X + kx - 1, c] of the 3x3 window's pixels that lie within the image: pooling of stride 2 and padding 1.
/// The gradient goes to the first of equal pixels. A NaN in a window gives an arbitrary value of the window.
/// </summary>
internal static class MaxPool
{
    /// <summary>[pixels, channels] to [pixels of <see cref="GridShape.Half"/>, channels]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), grid.Rows, input.Channels);
        GridShape coarse = grid.Half;
        Variable output = Variable.Output(tape, coarse.Rows, input.Channels, input.NeedsGradient);
        float[] x = input.Value;
        float[] y = output.Value;
        workers.For(coarse.Images * coarse.Height, 1, (line, _, _) => Line(x, y, grid, coarse, line, input.Channels));
        if (input.NeedsGradient)
        {
            tape?.Record(output, () => Backward(input, output, grid, coarse, tape.Workers));
        }

        return output;
    }

    private static void Line(float[] x, float[] y, GridShape grid, GridShape coarse, int line, int channels)
    {
        GridMap map = GridMap.Down(grid);
        (int image, int row) = Math.DivRem(line, coarse.Height);
        Span<int> entries = stackalloc int[9];
        for (int column = 0; column < coarse.Width; column++)
        {
            int mask = map.Read(image, row, column, entries);
            int to = ((line * coarse.Width) + column) * channels;
            x.AsSpan(entries[BitOperations.TrailingZeroCount(mask)] * channels, channels).CopyTo(y.AsSpan(to));
            for (mask &= mask - 1; mask != 0; mask &= mask - 1)
            {
                Largest(x, entries[BitOperations.TrailingZeroCount(mask)] * channels, y, to, channels);
            }
        }
    }

    private static void Largest(float[] x, int from, float[] y, int to, int channels)
    {
        int c = 0;
        for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
        {
            Vector.Max(new Vector<float>(y, to + c), new Vector<float>(x, from + c)).CopyTo(y, to + c);
        }

        for (; c < channels; c++)
        {
            y[to + c] = MathF.Max(y[to + c], x[from + c]);
        }
    }

    // The windows of lines Y and Y + 1 share a line of the input, those of Y and Y + 2 do not: even lines first, then odd ones, so that no two threads
    // write to one value and each value's sum has one order.
    private static void Backward(Variable input, Variable output, GridShape grid, GridShape coarse, Workers workers)
    {
        float[] x = input.Value;
        float[] gradient = input.Gradient;
        for (int parity = 0; parity < 2; parity++)
        {
            int lines = (coarse.Height + 1 - parity) / 2;
            workers.For(coarse.Images * lines, 1, (at, _, _) =>
            {
                (int image, int row) = Math.DivRem(at, lines);
                BackwardLine(x, gradient, output, grid, coarse, image, (2 * row) + parity, input.Channels);
            });
        }
    }

    private static void BackwardLine(
        float[] x, float[] gradient, Variable output, GridShape grid, GridShape coarse, int image, int row, int channels)
    {
        GridMap map = GridMap.Down(grid);
        float[] y = output.Value;
        float[] left = new float[channels];
        Span<int> entries = stackalloc int[9];
        for (int column = 0; column < coarse.Width; column++)
        {
            int mask = map.Read(image, row, column, entries);
            int from = ((((image * coarse.Height) + row) * coarse.Width) + column) * channels;

            // What is left of the gradient: a channel's becomes 0 once a pixel has taken it.
            output.Gradient.AsSpan(from, channels).CopyTo(left);
            for (; mask != 0; mask &= mask - 1)
            {
                int to = entries[BitOperations.TrailingZeroCount(mask)] * channels;
                int c = 0;
                for (int last = Simd.VectorEnd(c, channels); c < last; c += Vector<float>.Count)
                {
                    Vector<float> rest = new(left, c);
                    Vector<int> isLargest = Vector.Equals(new Vector<float>(x, to + c), new Vector<float>(y, from + c));
                    Vector<float> taken = Vector.ConditionalSelect(isLargest, rest, Vector<float>.Zero);
                    (new Vector<float>(gradient, to + c) + taken).CopyTo(gradient, to + c);
                    (rest - taken).CopyTo(left, c);
                }

                for (; c < channels; c++)
                {
                    float taken = x[to + c] == y[from + c] ? left[c] : 0;
                    gradient[to + c] += taken;
                    left[c] -= taken;
                }
            }
        }
    }
}
