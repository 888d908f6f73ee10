namespace Microsoft.ML.Data;

/// <summary>A category: 1..<see cref="Count"/>, 0 for a missing one, in an unsigned integer.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    /// <summary>Makes the type.</summary>
    /// <param name="type">byte, ushort, uint or ulong.</param>
    /// <param name="count">Number of categories, at least 1 and within the integer's range.</param>
    public KeyDataViewType(Type type, ulong count)
        : base(type)
    {
        if (!IsValidDataType(type))
        {
            throw new ArgumentException($"type: expected an unsigned integer, got {type}", nameof(type));
        }

        if (count == 0 || count > MaximumCount(type))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"count: expected 1..{MaximumCount(type)}");
        }

        Count = count;
    }

    /// <summary>Makes the type.</summary>
    /// <param name="type">byte, ushort, uint or ulong.</param>
    /// <param name="count">Number of categories, at least 1 and within the integer's range.</param>
    public KeyDataViewType(Type type, int count)
        : this(type, (ulong)Math.Max(0, count))
    {
    }

    /// <summary>Number of categories.</summary>
    public ulong Count { get; }

    /// <summary>Whether <paramref name="type"/> can hold a key.</summary>
    /// <param name="type">Any type.</param>
    public static bool IsValidDataType(Type type)
        => type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);

    /// <inheritdoc/>
    public override bool Equals(DataViewType other)
        => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;

    /// <inheritdoc/>
    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RawType, Count);

    /// <inheritdoc/>
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    private static ulong MaximumCount(Type type)
        => type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
}
