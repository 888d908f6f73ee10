using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// How label files, PNG or TIFF, become class ids. A gray file has numbers, of 16 bits where all are below 256. A palette file has numbers, unless the
/// classes' colors are known and the pixels' colors are all those of classes, but of other ones than the numbers say, as image editors save them: then
/// colors count. An RGB file has colors, which must be those of classes or of the mapping. Immutable.
/// </summary>
public sealed record LabelReading
{
    /// <summary>Names and colors of the classes; null: unknown, so numbers alone can be read.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Number of classes that ids must stay below; null: as many as <see cref="ClassList"/> has, without one any id passes.</summary>
    public int? Classes { get; init => field = Checked.That(value, value is null or (>= 2 and <= 255), "2 to 255"); }

    /// <summary>What stored numbers and colors mean; null: a number is its class. With a mapping a palette's colors do not count.</summary>
    public LabelMapping? Mapping { get; init; }

    /// <summary>The id that means "not labelled" and always passes.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    /// <summary>Larger label maps are refused before memory is taken for them.</summary>
    public long MaxPixels { get; init; } = IndexPng.DefaultMaxPixels;

    /// <summary>Reads a label file.</summary>
    /// <param name="path">The PNG or TIFF file; of a TIFF file its first page.</param>
    /// <returns>Its ids.</returns>
    /// <exception cref="InvalidInputException">Missing, no whole PNG or TIFF, a color or an id of no class; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public LabelMap Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LabelMap map = PhotoProbe.Use(path, "a label map (png or tiff)", file => ReadNumbers(file, path) ?? ReadColors(file, path));
        if ((Classes ?? ClassList?.Count) is int classes)
        {
            Rows.ThrowUnlessClasses(map, classes, IgnoreIndex, path);
        }

        return map;
    }

    /// <summary>How to read the files that were counted where they may be masks: with two classes, no mapping and masks of 0 and 255, 255 is class 1.</summary>
    /// <param name="counts">What this reading makes of all files.</param>
    /// <param name="name">What messages call the files.</param>
    /// <returns>A reading with the mapping <c>255:1</c>; this one for files that are no such masks.</returns>
    /// <exception cref="InvalidInputException">Such masks with more classes or an unknown number of them: what 255 is cannot be known.</exception>
    public LabelReading OfMasks(LabelCounts counts, string name = "labels")
    {
        ArgumentNullException.ThrowIfNull(counts);
        int? classes = Classes ?? ClassList?.Count;
        if (!counts.AreMasks || Mapping is not null || IgnoreIndex != byte.MaxValue)
        {
            return this;
        }

        return classes == 2 ? this with { Mapping = LabelMapping.Parse("255:1") } : throw new InvalidInputException(
            name,
            $"labels of {classes?.ToString(CultureInfo.InvariantCulture) ?? "all"} classes, or a label map that says what 255 is (255:1)",
            FormattableString.Invariant($"masks of 0 and 255, of which 255, {100.0 * counts[255] / counts.Pixels:0.0} % of the pixels, is ignored"));
    }

    // Null for a file of colors.
    private LabelMap? ReadNumbers(ReadOnlyMemory<byte> file, string path)
    {
        if ((TiffDirectory.IsTiff(file.Span) ? ReadTiff(file, path) : ReadPng(file, path)) is not var (map, palette))
        {
            return null;
        }

        if (Mapping is not null)
        {
            Mapping.Apply(map.Labels);
        }
        else if (ClassList is not null && palette.Length > 0)
        {
            ReadByPalette(map.Labels, palette);
        }

        return map;
    }

    private (LabelMap Map, byte[] Palette)? ReadTiff(ReadOnlyMemory<byte> file, string path)
    {
        using TiffPhoto photo = new(file, path, MaxPixels);
        return photo.ReadNumbers();
    }

    private (LabelMap Map, byte[] Palette)? ReadPng(ReadOnlyMemory<byte> file, string path)
    {
        // Behind a PNG's size stand the bits a sample, the color type and, three bytes on, whether rows are interlaced.
        if (file.Span is [0x89, ..] and { Length: > 28 })
        {
            switch ((Bits: file.Span[24], Color: file.Span[25], Interlaced: file.Span[28]))
            {
                case { Color: 2 or 6 }:
                    return null;
                case { Bits: 8, Color: 4 } or { Bits: 8, Color: 0, Interlaced: 1 }:
                    return (ReadGray(file, path), []);
            }
        }

        MemoryMarshal.TryGetArray(file, out ArraySegment<byte> bytes);
        using MemoryStream stream = new(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        (LabelMap map, byte[] palette) = IndexPng.ReadStored(stream, path, MaxPixels);
        return (Upright(map, PngOrientation.Of(file.Span)), palette);
    }

    // Gray as the photo decoder reads it, which drops alpha: the three channels of a pixel are its number.
    private LabelMap ReadGray(ReadOnlyMemory<byte> file, string path)
    {
        using MLImage image = PhotoReader.Decode(file, path, MaxPixels);
        ReadOnlySpan<byte> pixels = image.Pixels;
        byte[] labels = new byte[pixels.Length / 4];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = pixels[4 * i];
        }

        return new LabelMap(labels, image.Height, image.Width);
    }

    // Labels stand upright as photos do: a tool that copies a photo's EXIF data to its label means both.
    private static LabelMap Upright(LabelMap map, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return map;
        }

        byte[] labels = new byte[map.Labels.Length];
        PhotoOrientation.Apply<byte>(origin, map.Labels, labels, map.Height, map.Width);
        return PhotoOrientation.IsTurned(origin) ? new LabelMap(labels, map.Width, map.Height) : new LabelMap(labels, map.Height, map.Width);
    }

    private void ReadByPalette(byte[] labels, byte[] palette)
    {
        Dictionary<int, int> classes = ClassColors();
        bool[] used = new bool[256];
        foreach (byte label in labels)
        {
            used[label] = true;
        }

        byte[] ids = new byte[256];
        bool isOther = false;
        for (int i = 0; i < 256; i++)
        {
            ids[i] = (byte)i;
            if (!used[i] || i == IgnoreIndex)
            {
                continue;
            }

            if (!classes.TryGetValue(Rgb(palette, i), out int id) || id < 0)
            {
                return;
            }

            ids[i] = (byte)id;
            isOther |= i != id;
        }

        for (int i = 0; isOther && i < labels.Length; i++)
        {
            labels[i] = ids[labels[i]];
        }
    }

    private LabelMap ReadColors(ReadOnlyMemory<byte> file, string path)
    {
        Dictionary<int, int> classes = ClassColors();
        foreach ((int color, byte to) in Mapping?.Colors ?? new Dictionary<int, byte>())
        {
            classes[color] = to;
        }

        if (classes.Count == 0)
        {
            throw new InvalidInputException(path, "gray or palette pixels (color type 0 or 3), or a list of classes with the colors of its pixels", "RGB pixels and no such list");
        }

        using MLImage image = PhotoReader.Decode(file, path, MaxPixels);
        ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(image.Pixels);
        byte[] labels = new byte[pixels.Length];
        int last = -1;
        int id = -1;
        for (int i = 0; i < labels.Length; i++)
        {
            int color = (int)(pixels[i] & 0xFFFFFF);
            if (color != last && (!classes.TryGetValue(last = color, out id) || id < 0))
            {
                throw new InvalidInputException(
                    path, id < 0 ? "colors that one class has" : "the classes' colors (others: label map #rrggbb:ID)",
                    $"#{color:x6} at row {i / image.Width}, column {i % image.Width}");
            }

            labels[i] = (byte)id;
        }

        return new LabelMap(labels, image.Height, image.Width);
    }

    // The class of each color; -1 for a color of several.
    private Dictionary<int, int> ClassColors()
    {
        Dictionary<int, int> classes = [];
        for (int i = 0; i < (ClassList?.Count ?? 0); i++)
        {
            int color = Rgb(ClassList!.Palette, i);
            classes[color] = classes.ContainsKey(color) ? -1 : i;
        }

        return classes;
    }

    private static int Rgb(ReadOnlySpan<byte> palette, int i) => (palette[3 * i] << 16) | (palette[(3 * i) + 1] << 8) | palette[(3 * i) + 2];
}
