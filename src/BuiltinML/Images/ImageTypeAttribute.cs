using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Says that a member is an image, of which size.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ImageTypeAttribute : DataViewTypeAttribute
{
    private readonly int height;
    private readonly int width;

    /// <summary>No size; such a member cannot be registered.</summary>
    public ImageTypeAttribute()
    {
    }

    /// <summary>An image of one size.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public ImageTypeAttribute(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        this.height = height;
        this.width = width;
    }

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute other) => other is ImageTypeAttribute image && image.height == height && image.width == width;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(height, width);

    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(height, width), typeof(MLImage), this);
}
