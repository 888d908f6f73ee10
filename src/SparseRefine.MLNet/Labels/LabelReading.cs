using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// How label files become class ids. A gray PNG has numbers. A palette PNG has numbers, unless the classes' colors are known and the pixels'
/// colors are all those of classes, but of other ones than the numbers say, as image editors save them: then colors count. An RGB PNG has colors,
/// which must be those of classes or of the mapping. Immutable.
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
    /// <param name="path">The PNG file.</param>
    /// <returns>Its ids.</returns>
    /// <exception cref="InvalidInputException">No whole PNG, a color or an id of no class; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public LabelMap Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LabelMap map = IsColored(path) ? ReadColors(path) : ReadNumbers(path);
        if ((Classes ?? ClassList?.Count) is int classes)
        {
            Rows.ThrowUnlessClasses(map, classes, IgnoreIndex, path);
        }

        return map;
    }

    // The byte behind a PNG's size and depth is its color type: 2 is RGB, 6 RGBA.
    private static bool IsColored(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[26];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && BinaryPrimitives.ReadUInt64BigEndian(start) == 0x89504E470D0A1A0A && start[25] is 2 or 6;
    }

    private LabelMap ReadNumbers(string path)
    {
        using FileStream file = File.OpenRead(path);
        (LabelMap map, byte[] palette) = IndexPng.ReadStored(file, path, MaxPixels);
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

    private LabelMap ReadColors(string path)
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

        using MLImage image = PhotoReader.Read(path, MaxPixels);
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
