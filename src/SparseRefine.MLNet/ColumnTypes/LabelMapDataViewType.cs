using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>A column of <see cref="LabelMap"/>: one class index for every pixel.</summary>
public sealed class LabelMapDataViewType : StructuredDataViewType
{
    /// <summary>States what is the same in every row.</summary>
    /// <param name="height">Rows of a picture; null when they differ or it is unknown.</param>
    /// <param name="width">Columns of a picture; null when they differ or it is unknown.</param>
    public LabelMapDataViewType(int? height = null, int? width = null)
        : base(typeof(LabelMap))
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
        other is LabelMapDataViewType type && type.Height == Height && type.Width == Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(LabelMapDataViewType), Height, Width);

    /// <inheritdoc/>
    public override string ToString() => $"LabelMap<{ColumnShape.Text(Height, Width)}>";
}
