namespace SparseRefine.Grids;

/// <summary>
/// Which rows a 3x3 layer of padding 1, or a 1x1 layer of stride 2, reads where every pixel is active: computed for each pixel, no map is stored.
/// Forward, output (Y, X) reads input (stride Y + ky - side / 2, stride X + kx - side / 2); transposed, as in the backward step, input (y, x) reads
/// the outputs that read it.
/// </summary>
/// <param name="Input">What is read.</param>
/// <param name="Output">What is written.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="IsTransposed">Whether input and output have changed places.</param>
/// <param name="Side">Of the kernel: 3 or 1.</param>
internal readonly record struct GridMap(GridShape Input, GridShape Output, int Stride, bool IsTransposed, int Side = 3)
{
    public static GridMap Same(GridShape shape) => new(shape, shape, 1, false);

    public static GridMap Down(GridShape fine, int side = 3) => new(fine, fine.Half, 2, false, side);

    /// <summary>Taps keep their numbers: tap t joins the same two pixels in both directions.</summary>
    public GridMap Transposed => new(Output, Input, Stride, !IsTransposed, Side);

    /// <summary>The input row at each tap = side ky + kx of an output pixel, -1 for none.</summary>
    /// <returns>Bit t for each tap that is there.</returns>
    public int Read(int image, int y, int x, Span<int> entries)
    {
        int mask = 0;
        int first = image * Input.Pixels;
        if (!IsTransposed && Side == 3)
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

        for (int tap = 0; tap < Side * Side; tap++)
        {
            int v = Source(y, tap / Side, Input.Height);
            int u = Source(x, tap % Side, Input.Width);
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
            int source = (at * Stride) + k - (Side / 2);
            return source < size ? source : -1;
        }

        int scaled = at + (Side / 2) - k;
        (int quotient, int rest) = Math.DivRem(scaled, Stride);
        return rest == 0 && quotient < size && scaled >= 0 ? quotient : -1;
    }
}
