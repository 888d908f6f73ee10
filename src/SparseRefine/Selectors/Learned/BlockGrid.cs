namespace SparseRefine.Selectors;

/// <summary>Square blocks that cover a photo, row by row.</summary>
internal readonly record struct BlockGrid
{
    public BlockGrid(int height, int width, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        Height = height;
        Width = width;
        Side = side;
    }

    /// <summary>Rows of the photo.</summary>
    public int Height { get; }

    /// <summary>Columns of the photo.</summary>
    public int Width { get; }

    /// <summary>Pixels of a block along each side.</summary>
    public int Side { get; }

    public int Rows => (Height + Side - 1) / Side;

    public int Columns => (Width + Side - 1) / Side;

    public int Count => Rows * Columns;

    public int BlockOf(int y, int x) => ((y / Side) * Columns) + (x / Side);

    /// <summary>All pixels of some blocks, row-major.</summary>
    /// <param name="isActive">[blocks].</param>
    public int[] Pixels(ReadOnlySpan<bool> isActive)
    {
        int count = 0;
        for (int block = 0; block < isActive.Length; block++)
        {
            int rows = Math.Min(Side, Height - (block / Columns * Side));
            int columns = Math.Min(Side, Width - (block % Columns * Side));
            count += isActive[block] ? rows * columns : 0;
        }

        int[] pixels = new int[count];
        int at = 0;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<bool> row = isActive.Slice(y / Side * Columns, Columns);
            for (int column = 0; column < row.Length; column++)
            {
                for (int x = column * Side; row[column] && x < Math.Min(Width, (column + 1) * Side); x++)
                {
                    pixels[at++] = (y * Width) + x;
                }
            }
        }

        return pixels;
    }
}
