using Microsoft.ML.Data;
using SparseRefine.Networks;

namespace SparseRefine.MLNet;

/// <summary>A column of <see cref="SparseLogits"/>: the sparse network's class scores for the selected pixels.</summary>
public sealed class SparseLogitsDataViewType : StructuredDataViewType
{
    /// <summary>States what is the same in every row; the number of pixels never is.</summary>
    /// <param name="classes">Number of classes; null when rows differ or it is unknown.</param>
    public SparseLogitsDataViewType(int? classes = null)
        : base(typeof(SparseLogits)) => Classes = classes;

    /// <summary>Number of classes, where every row has the same.</summary>
    public int? Classes { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is SparseLogitsDataViewType type && type.Classes == Classes;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(typeof(SparseLogitsDataViewType), Classes);

    /// <inheritdoc/>
    public override string ToString() => $"SparseLogits<{ColumnShape.Text(null, Classes)}>";
}
