using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>Settings of <see cref="Augmentation"/>. Immutable; each value is checked when it is set.</summary>
internal sealed class AugmentationOptions
{
    /// <summary>Rows of the result, at least 1.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public int CropHeight { get; init => field = Size(value, nameof(CropHeight)); } = 512;

    /// <summary>Columns of the result, at least 1.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public int CropWidth { get; init => field = Size(value, nameof(CropWidth)); } = 512;

    /// <summary>The smallest factor on the photo's size, 1/64 to 64 and at most <see cref="MaxScale"/>.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double MinScale { get; init => field = Scale(value, nameof(MinScale)); } = 0.5;

    /// <summary>The largest factor on the photo's size, 1/64 to 64.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double MaxScale { get; init => field = Scale(value, nameof(MaxScale)); } = 2;

    /// <summary>Whether each photo is scaled until the whole photo just fits into the crop; no random scale is drawn then.</summary>
    public bool WholePhotos { get; init; }

    /// <summary>Whether half of the results are mirrored left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Whether half of the results are mirrored top to bottom.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Ranges of the change of colors; null leaves colors alone.</summary>
    public PhotometricOptions? Photometric { get; init; } = new();

    /// <summary>Label of the pixels outside the photo.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    private static int Size(int value, string name) => value is >= 1 and <= 32768
        ? value
        : throw new ArgumentException($"{name}: expected 1 to 32768, got {value}", name);

    private static double Scale(double value, string name) => value is >= 1 / 64.0 and <= 64
        ? value
        : throw new ArgumentException($"{name}: expected 1/64 to 64, got {value}", name);
}
