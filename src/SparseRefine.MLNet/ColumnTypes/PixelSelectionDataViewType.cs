using Microsoft.ML.Data;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>A column of <see cref="PixelSelection"/>: the pixels a selector picked, and the dense model's label of every pixel.</summary>
public sealed class PixelSelectionDataViewType : StructuredDataViewType
{
    /// <summary>States what is the same in every row.</summary>
    /// <param name="height">Rows of a picture; null when they differ or it is unknown.</param>
    /// <param name="width">Columns of a picture; null when they differ or it is unknown.</param>
    public PixelSelectionDataViewType(int? height = null, int? width = null)
        : base(typeof(PixelSelection))
    {
        Height = height;
        Width = width;
    }

    /// <summary>Rows of a picture, where every row has the same.</summary>
    public int? Height { get; }

    /// <summary>Columns of a picture, where every row has the same.</summary>
    public int? Width { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) =>
        other is PixelSelectionDataViewType type && type.Height == Height && type.Width == Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(PixelSelectionDataViewType), Height, Width);

    /// <inheritdoc/>
    public override string ToString() => $"PixelSelection<{ColumnShape.Text(Height, Width)}>";
}
