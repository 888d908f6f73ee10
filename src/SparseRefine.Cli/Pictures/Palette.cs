namespace SparseRefine.Cli.Pictures;

/// <summary>Colours of classes: those of the class list, or distinct ones where a pipeline has none.</summary>
internal sealed class Palette
{
    /// <summary>Takes the colours of a class list.</summary>
    /// <param name="classes">The list; null gives 256 made-up colours.</param>
    public Palette(ClassList? classes)
    {
        Bytes = classes?.Palette.ToArray() ?? MakeUp();
        Colors = [.. Bytes.Chunk(3).Select(rgb => new Rgb(rgb[0], rgb[1], rgb[2]))];
    }

    /// <summary>Red, green and blue of each class.</summary>
    public byte[] Bytes { get; }

    /// <summary>One colour a class.</summary>
    public IReadOnlyList<Rgb> Colors { get; }

    // Class 0 black; the bits of the others are spread over the high bits of the three channels, so that neighbours differ much.
    private static byte[] MakeUp()
    {
        byte[] bytes = new byte[256 * 3];
        for (int c = 0; c < 256; c++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bytes[(c * 3) + (bit % 3)] |= (byte)(((c >> bit) & 1) << (7 - (bit / 3)));
            }
        }

        return bytes;
    }
}
