using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>Vectors or tensors of primitive items, as <see cref="VBuffer{T}"/>. A dimension of 0 is not known beforehand.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    /// <summary>Makes a one-dimensional type.</summary>
    /// <param name="itemType">Type of the items.</param>
    /// <param name="size">Length, or 0 for any.</param>
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    /// <summary>Makes a type of several dimensions.</summary>
    /// <param name="itemType">Type of the items.</param>
    /// <param name="dimensions">At least one; 0 for any length.</param>
    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, dimensions?.ToImmutableArray() ?? throw new ArgumentNullException(nameof(dimensions)))
    {
    }

    /// <summary>Makes a type of several dimensions.</summary>
    /// <param name="itemType">Type of the items.</param>
    /// <param name="dimensions">At least one; 0 for any length.</param>
    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(typeof(VBuffer<>).MakeGenericType((itemType ?? throw new ArgumentNullException(nameof(itemType))).RawType))
    {
        if (dimensions.IsDefaultOrEmpty || dimensions.Any(d => d < 0))
        {
            throw new ArgumentException("dimensions: expected at least one, none negative", nameof(dimensions));
        }

        ItemType = itemType;
        Dimensions = dimensions;
        long size = 1;
        foreach (var dimension in dimensions)
        {
            size *= dimension;
            if (size > int.MaxValue)
            {
                throw new ArgumentException($"dimensions: expected a product below 2^31, got {string.Join('x', dimensions)}", nameof(dimensions));
            }
        }

        Size = (int)size;
    }

    /// <summary>The dimensions; 0 where any length goes.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>Type of the items.</summary>
    public PrimitiveDataViewType ItemType { get; }

    /// <summary>Whether every dimension is known.</summary>
    public bool IsKnownSize => Size > 0;

    /// <summary>Product of the dimensions; 0 if one is unknown.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType other)
        => other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.SequenceEqual(Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(ItemType);
        foreach (var dimension in Dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString()
        => Dimensions is [0] ? $"Vector<{ItemType}>" : $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? $"{d}" : "*"))}>";
}
