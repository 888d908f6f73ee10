using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>Settings of <see cref="Augmentation"/>. Immutable; a value out of range is an <see cref="ArgumentException"/> where it is set.</summary>
internal sealed class AugmentationOptions
{
    /// <summary>Rows of the result, at least 1.</summary>
    public int CropHeight { get; init => field = Checked.That(value, value is >= 1 and <= 32768, "1 to 32768"); } = 512;

    /// <summary>Columns of the result, at least 1.</summary>
    public int CropWidth { get; init => field = Checked.That(value, value is >= 1 and <= 32768, "1 to 32768"); } = 512;

    /// <summary>The smallest factor on the photo's size, 1/64 to 64 and at most <see cref="MaxScale"/>.</summary>
    public double MinScale { get; init => field = Checked.That(value, value is >= 1 / 64.0 and <= 64, "1/64 to 64"); } = 0.5;

    /// <summary>The largest factor on the photo's size, 1/64 to 64.</summary>
    public double MaxScale { get; init => field = Checked.That(value, value is >= 1 / 64.0 and <= 64, "1/64 to 64"); } = 2;

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
}
