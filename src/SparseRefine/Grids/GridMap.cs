namespace SparseRefine.Grids;

/// <summary>
/// Which rows a 3x3 layer of padding 1 reads where every pixel is active: computed for each pixel, no map is stored. Forward, output (Y, X)
/// reads input (stride Y + ky - 1, stride X + kx - 1); transposed, as in the backward step, input (y, x) reads the outputs that read it.
/// </summary>
internal readonly record struct GridMap(GridShape Input, GridShape Output, int Stride, bool IsTransposed)
{
    public static GridMap Same(GridShape shape) => new(shape, shape, 1, false);

    public static GridMap Down(GridShape fine) => new(fine, fine.Half, 2, false);

    /// <summary>Taps keep their numbers: tap t joins the same two pixels in both directions.</summary>
    public GridMap Transposed => new(Output, Input, Stride, !IsTransposed);

    /// <summary>The input row at each tap = 3 ky + kx of an output pixel, -1 for none.</summary>
    /// <returns>Bit t for each tap that is there.</returns>
    public int Read(int image, int y, int x, Span<int> entries)
    {
        int mask = 0;
        int first = image * Input.Pixels;
        if (!IsTransposed)
        {
            int top = (y * Stride) - 1;
            int left = (x * Stride) - 1;
            if (top >= 0 && left >= 0 && top + 2 < Input.Height && left + 2 < Input.Width)
            {
                int at = first + (top * Input.Width) + left;
                for (int ky = 0; ky < 3; ky++, at += Input.Width)
                {
                    entries[3 * ky] = at;
                    entries[(3 * ky) + 1] = at + 1;
                    entries[(3 * ky) + 2] = at + 2;
                }

                return 0x1FF;
            }
        }

        for (int tap = 0; tap < 9; tap++)
        {
            int v = Source(y, tap / 3, Input.Height);
            int u = Source(x, tap % 3, Input.Width);
            bool isThere = v >= 0 && u >= 0;
            entries[tap] = isThere ? first + (v * Input.Width) + u : -1;
            mask |= isThere ? 1 << tap : 0;
        }

        return mask;
    }

    /// <summary>Along one axis: where an output coordinate reads at a kernel coordinate, -1 for nowhere.</summary>
    public int Source(int at, int k, int size)
    {
        if (!IsTransposed)
        {
            int source = (at * Stride) + k - 1;
            return source < size ? source : -1;
        }

        (int quotient, int rest) = Math.DivRem(at + 1 - k, Stride);
        return rest == 0 && quotient < size && at + 1 - k >= 0 ? quotient : -1;
    }
}
