using SparseRefine.Persistence;

namespace SparseRefine.Images;

/// <summary>
/// Label maps as PNG files in which a pixel's stored number is the class: palette indices (colors do not matter) or grey
/// values. Reads 1, 2, 4 and 8 bits a pixel, and 16-bit grey with values below 256; not interlaced. Thread-safe.
/// </summary>
public static class IndexPng
{
    /// <summary>Pixels that reading accepts unless told otherwise: 2^27, a 16384 x 8192 map.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPixels">Larger images are refused before memory is taken for them.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InvalidInputException">Not such a PNG file, broken, truncated, or larger than allowed.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static LabelMap Read(string path, long maxPixels = DefaultMaxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, maxPixels);
    }

    /// <summary>Reads from a stream's position up to and including the image's last chunk.</summary>
    /// <param name="stream">Where the image starts. Stays open.</param>
    /// <param name="name">What messages call the image.</param>
    /// <param name="maxPixels">Larger images are refused before memory is taken for them.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InvalidInputException">Not such a PNG file, broken, truncated, or larger than allowed.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static LabelMap Read(Stream stream, string name = "PNG", long maxPixels = DefaultMaxPixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        return ReadStored(stream, name, maxPixels).Map;
    }

    /// <summary>Reads the stored numbers and the palette's colors beside them.</summary>
    /// <param name="stream">Where the image starts. Stays open.</param>
    /// <param name="name">What messages call the image.</param>
    /// <param name="maxPixels">Larger images are refused.</param>
    /// <returns>The numbers, and red, green, blue of the palette's colors; empty for a gray image.</returns>
    internal static (LabelMap Map, byte[] Palette) ReadStored(Stream stream, string name, long maxPixels)
    {
        IndexPngChunks chunks = new(stream, name, maxPixels);
        using MemoryStream data = chunks.Read();
        return (IndexPngRows.Decode(data, chunks.Header, chunks.PaletteEntries, name), chunks.Palette);
    }

    /// <summary>Writes a file of 8 bits a pixel, replacing one that is there.</summary>
    /// <param name="map">The labels.</param>
    /// <param name="path">The file.</param>
    /// <param name="palette">Red, green, blue bytes of each class; empty writes a grey image.</param>
    /// <exception cref="ArgumentException">As for the other overload.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(LabelMap map, string path, ReadOnlySpan<byte> palette = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentException.ThrowIfNullOrEmpty(path);
        IndexPngWriter.Validate(map, palette);
        using AtomicFile file = AtomicFile.Create(path);
        IndexPngWriter.Write(map, file.Stream, palette);
        file.Commit();
    }

    /// <summary>Writes 8 bits a pixel.</summary>
    /// <param name="map">The labels.</param>
    /// <param name="stream">Where to write. Stays open.</param>
    /// <param name="palette">Red, green, blue bytes of each class; empty writes a grey image.</param>
    /// <exception cref="ArgumentException">
    /// A palette whose length 3 does not divide, of more than 256 colors, or without a color for a label of the map.
    /// </exception>
    public static void Write(LabelMap map, Stream stream, ReadOnlySpan<byte> palette = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(stream);
        IndexPngWriter.Validate(map, palette);
        IndexPngWriter.Write(map, stream, palette);
    }

    /// <summary>Writes 16 bits a pixel, grey values, for programs that expect labels so. <see cref="Read(Stream, string, long)"/> reads them, too.</summary>
    /// <param name="map">The labels.</param>
    /// <param name="stream">Where to write. Stays open.</param>
    public static void WriteGrey16(LabelMap map, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(stream);
        IndexPngWriter.Write(map, stream, default, bits: 16);
    }
}
