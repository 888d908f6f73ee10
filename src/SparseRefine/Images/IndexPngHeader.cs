using System.Buffers.Binary;

namespace SparseRefine.Images;

/// <summary>The IHDR chunk of a PNG file that can hold class indices.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">Bits a pixel: 1, 2, 4, 8 or, grey only, 16.</param>
/// <param name="IsPalette">Palette indices rather than grey values.</param>
internal readonly record struct IndexPngHeader(int Width, int Height, int BitDepth, bool IsPalette)
{
    private const int Grey = 0;
    private const int Palette = 3;

    /// <summary>Length of the chunk's data.</summary>
    public const int Size = 13;

    /// <summary>Bytes of a row, without the filter type before it.</summary>
    public int RowBytes => (int)((((long)Width * BitDepth) + 7) / 8);

    /// <summary>Distance of the byte that filters call "left".</summary>
    public int FilterStride => Math.Max(1, BitDepth / 8);

    /// <summary>Bytes of all rows, unpacked.</summary>
    public long DataBytes => (long)Height * (RowBytes + 1L);

    /// <summary>Reads and checks.</summary>
    public static IndexPngHeader Parse(ReadOnlySpan<byte> data, string name, long maxPixels)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int depth = data[8];
        int color = data[9];
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new InvalidInputException(name, $"a size of 1 to {int.MaxValue}", $"{height}x{width}");
        }

        // No more than 2^30 even if allowed, so that a row of two bytes a pixel still fits an array.
        if ((long)width * height > Math.Min(maxPixels, 1 << 30))
        {
            throw new InvalidInputException(name, $"at most {maxPixels} pixels", $"{height}x{width}");
        }

        if (color is not (Grey or Palette))
        {
            throw new InvalidInputException(
                name, "grey or palette pixels (color type 0 or 3)", $"color type {color}");
        }

        if (depth is not (1 or 2 or 4 or 8) && !(depth == 16 && color == Grey))
        {
            throw new InvalidInputException(
                name, "a bit depth of 1, 2, 4, 8 or (grey only) 16", $"{depth} with color type {color}");
        }

        if (data[10] != 0 || data[11] != 0)
        {
            throw new InvalidInputException(
                name, "compression and filter methods 0", $"{data[10]} and {data[11]}");
        }

        if (data[12] != 0)
        {
            throw new InvalidInputException(
                name, "an image that is not interlaced", $"interlace method {data[12]}");
        }

        return new IndexPngHeader((int)width, (int)height, depth, color == Palette);
    }
}
