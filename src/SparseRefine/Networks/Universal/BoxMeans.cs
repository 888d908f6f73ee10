using System.Numerics;
using SparseRefine.Kernels;

namespace SparseRefine.Networks;

/// <summary>Means over the squares around every cell of planes, cut off at the planes' edges.</summary>
internal static class BoxMeans
{
    /// <summary>Averages (2 radius + 1) x (2 radius + 1) cells around each, those outside left out. Sums are taken anew for every cell, so nothing drifts.</summary>
    /// <param name="source">[planes, height, width]; the array may be longer.</param>
    /// <param name="planes">Planes.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="radius">At least 1.</param>
    /// <param name="target">[planes, height, width], another array; may be longer.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    public static void Run(float[] source, int planes, int height, int width, int radius, float[] target, Workers workers) =>
        workers.For(planes * height, 8, (_, start, end) =>
        {
            // The sum of a column's cells, zeros beside it, so that the sums along the row need no cases.
            float[] padded = new float[width + (2 * radius)];
            Span<float> column = padded.AsSpan(radius, width);
            for (int line = start; line < end; line++)
            {
                int y = line % height;
                int top = Math.Max(0, y - radius);
                int bottom = Math.Min(height - 1, y + radius);
                int plane = (line - y) * width;
                source.AsSpan(plane + (top * width), width).CopyTo(column);
                for (int row = top + 1; row <= bottom; row++)
                {
                    Add(source.AsSpan(plane + (row * width), width), column);
                }

                Span<float> means = target.AsSpan(line * width, width);
                padded.AsSpan(0, width).CopyTo(means);
                for (int shift = 1; shift <= 2 * radius; shift++)
                {
                    Add(padded.AsSpan(shift, width), means);
                }

                int rows = bottom - top + 1;
                for (int x = 0; x < width; x++)
                {
                    means[x] /= rows * (Math.Min(width - 1, x + radius) - Math.Max(0, x - radius) + 1);
                }
            }
        });

    private static void Add(ReadOnlySpan<float> values, Span<float> sums)
    {
        int i = 0;
        for (int last = Simd.VectorEnd(0, sums.Length); i < last; i += Vector<float>.Count)
        {
            (new Vector<float>(sums[i..]) + new Vector<float>(values[i..])).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }
}
