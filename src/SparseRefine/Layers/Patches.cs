using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// The windows of side k around every second pixel as rows, so that a k x k convolution of stride 2 over few channels is one matrix product:
/// y[Y, X, (k ky + kx) C + c] = x[2 Y + ky - k / 2, 2 X + kx - k / 2, c], zeros outside the image. Only for data, which needs no gradient.
/// </summary>
internal static class Patches
{
    /// <summary>Floats a row: the window's, then zeros up to a multiple of 8.</summary>
    public static int Length(int side, int channels) => ((side * side * channels) + 7) / 8 * 8;

    /// <summary>[pixels, floats] to [pixels of <see cref="GridShape.Half"/>, <see cref="Length"/>].</summary>
    /// <param name="input">No gradient reaches it. The output's values can be made again as long as it keeps its own.</param>
    /// <param name="grid">Its shape.</param>
    /// <param name="side">k, odd.</param>
    /// <param name="channels">C, the first floats of a pixel.</param>
    /// <param name="tape">Whose pool the output comes from.</param>
    /// <param name="workers">Threads.</param>
    public static Variable Forward(Variable input, GridShape grid, int side, int channels, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), grid.Rows, input.Channels);
        GridShape coarse = grid.Half;
        Variable output = Variable.Output(tape, coarse.Rows, Length(side, channels), needsGradient: false);
        int lines = coarse.Images * coarse.Height;
        Fill(input, grid, side, channels, 0, lines, output.Value, workers);
        output.CanBeRemade(made => Fill(input, grid, side, channels, 0, lines, made, workers));
        return output;
    }

    /// <summary>Writes the rows of some lines of the output.</summary>
    /// <param name="input">[pixels, floats].</param>
    /// <param name="grid">Its shape.</param>
    /// <param name="side">k.</param>
    /// <param name="channels">C.</param>
    /// <param name="firstLine">First line, counted through all images.</param>
    /// <param name="lines">How many.</param>
    /// <param name="target">The lines' rows.</param>
    /// <param name="workers">Threads.</param>
    public static void Fill(Variable input, GridShape grid, int side, int channels, int firstLine, int lines, float[] target, Workers workers)
    {
        GridShape coarse = grid.Half;
        int length = Length(side, channels);
        float[] values = input.Value;
        int floats = input.Channels;
        workers.For(lines, 1, (at, _, _) =>
        {
            (int image, int y) = Math.DivRem(firstLine + at, coarse.Height);
            Span<float> row = target.AsSpan(at * coarse.Width * length, coarse.Width * length);
            row.Clear();
            for (int x = 0; x < coarse.Width; x++, row = row[length..])
            {
                int left = (2 * x) - (side / 2);
                int first = Math.Max(0, -left);
                int end = Math.Min(side, grid.Width - left);
                for (int ky = 0; ky < side; ky++)
                {
                    int v = (2 * y) + ky - (side / 2);
                    if (v < 0 || v >= grid.Height)
                    {
                        continue;
                    }

                    int from = ((((image * grid.Height) + v) * grid.Width) + left + first) * floats;
                    int to = ((ky * side) + first) * channels;
                    for (int kx = first; kx < end; kx++, from += floats, to += channels)
                    {
                        for (int c = 0; c < channels; c++)
                        {
                            row[to + c] = values[from + c];
                        }
                    }
                }
            }
        });
    }
}
