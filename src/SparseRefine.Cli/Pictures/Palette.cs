namespace SparseRefine.Cli.Pictures;

/// <summary>Colours of classes: those of the class list, or distinct ones where a pipeline has none.</summary>
internal sealed class Palette
{
    /// <summary>Takes the colours of a class list.</summary>
    /// <param name="classes">The list; null gives 256 made-up colours.</param>
    public Palette(ClassList? classes)
    {
        Bytes = ClassPalette.Of(classes);
        Colors = [.. Bytes.Chunk(3).Select(rgb => new Rgb(rgb[0], rgb[1], rgb[2]))];
    }

    /// <summary>Red, green and blue of each class.</summary>
    public byte[] Bytes { get; }

    /// <summary>One colour a class.</summary>
    public IReadOnlyList<Rgb> Colors { get; }
}
