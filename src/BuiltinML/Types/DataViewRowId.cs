namespace Microsoft.ML.Data;

/// <summary>A 128-bit id of a row, the same whichever cursor reaches the row.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    /// <summary>The lower 64 bits.</summary>
    public readonly ulong Low;

    /// <summary>The upper 64 bits.</summary>
    public readonly ulong High;

    /// <summary>Makes an id.</summary>
    /// <param name="low">Lower 64 bits.</param>
    /// <param name="high">Upper 64 bits.</param>
    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <inheritdoc/>
    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <inheritdoc/>
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High);

    /// <summary>An id made from this one and another; for rows that two rows make.</summary>
    /// <param name="other">The other row's id.</param>
    public DataViewRowId Combine(DataViewRowId other)
        => new(Mix(Low ^ Mix(other.Low)), Mix(High ^ Mix(other.High + Low)));

    /// <summary>An id of a second row made from this one.</summary>
    public DataViewRowId Fork() => new(Mix(Low ^ 0x9E3779B97F4A7C15), Mix(High + Low));

    /// <summary>An id of a further row made from this one.</summary>
    public DataViewRowId Next() => new(Mix(Low + 0x9E3779B97F4A7C15), Mix(High ^ Low));

    /// <inheritdoc/>
    public override string ToString() => $"{High:x16}{Low:x16}";

    // The finalizer of MurmurHash3 for 64 bits: a bijection in which every input bit reaches every output bit.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }
}
