using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>A column of <see cref="LogitMap"/>: a dense model's class scores at the model's own resolution.</summary>
public sealed class LogitMapDataViewType : StructuredDataViewType
{
    /// <summary>States what is the same in every row.</summary>
    /// <param name="classes">Number of classes; null when rows differ or it is unknown.</param>
    /// <param name="height">Rows of a plane; null when rows differ or it is unknown.</param>
    /// <param name="width">Columns of a plane; null when rows differ or it is unknown.</param>
    public LogitMapDataViewType(int? classes = null, int? height = null, int? width = null)
        : base(typeof(LogitMap))
    {
        Classes = classes;
        Height = height;
        Width = width;
    }

    /// <summary>Number of classes, where every row has the same.</summary>
    public int? Classes { get; }

    /// <summary>Rows of a plane, where every row has the same.</summary>
    public int? Height { get; }

    /// <summary>Columns of a plane, where every row has the same.</summary>
    public int? Width { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) =>
        other is LogitMapDataViewType type && type.Classes == Classes && type.Height == Height && type.Width == Width;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(LogitMapDataViewType), Classes, Height, Width);

    /// <inheritdoc/>
    public override string ToString() => $"LogitMap<{ColumnShape.Text(Classes, Height, Width)}>";
}
