namespace SparseRefine.MLNet;

/// <summary>How the colors of classes are laid over a photo. Immutable.</summary>
public record PaintOptions
{
    /// <summary>
    /// 2/3: the least opacity at which two colors that differ by 128 of 255 in a channel (any two of the first eight made-up ones do) stay apart on whatever photo:
    /// their blends differ by 128 x 2/3 = 85, and all that a photo from black to white can change below them is 255 x 1/3 = 85.
    /// </summary>
    public const float DefaultOpacity = 2f / 3;

    /// <summary>Weight of a class's color, 0 to 1; the photo has the rest.</summary>
    /// <exception cref="ArgumentException">Another weight, or NaN.</exception>
    public float Opacity { get; init => field = Checked.That(value, value is >= 0 and <= 1, "0 to 1"); } = DefaultOpacity;

    /// <summary>
    /// Whether class 0 is painted over photos even where its name says that nothing is there ("background", "unlabelled" or "unlabeled", in any case); false leaves the photo as it is there.
    /// </summary>
    public bool PaintBackground { get; init; }
}
