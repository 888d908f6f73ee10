using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Images, as <see cref="MLImage"/>, of a known size or of any.</summary>
public sealed class ImageDataViewType : StructuredDataViewType
{
    /// <summary>Rows; 0 for any.</summary>
    public readonly int Height;

    /// <summary>Columns; 0 for any.</summary>
    public readonly int Width;

    /// <summary>Images of one size.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public ImageDataViewType(int height, int width)
        : base(typeof(MLImage))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)height * width, int.MaxValue / 4, nameof(height));
        Height = height;
        Width = width;
    }

    /// <summary>Images of any size.</summary>
    public ImageDataViewType()
        : base(typeof(MLImage))
    {
    }

    /// <inheritdoc/>
    public override bool Equals(DataViewType other) => other is ImageDataViewType image && image.Height == Height && image.Width == Width;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width);

    /// <inheritdoc/>
    public override string ToString() => Height == 0 && Width == 0 ? "Image" : $"Image<{Height}, {Width}>";
}
