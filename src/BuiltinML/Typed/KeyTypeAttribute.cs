namespace Microsoft.ML.Data;

/// <summary>Makes a member of an unsigned integer type a key.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute : Attribute
{
    /// <summary>A key of as many categories as the integer can count.</summary>
    public KeyTypeAttribute()
    {
    }

    /// <summary>A key.</summary>
    /// <param name="count">Number of categories.</param>
    public KeyTypeAttribute(ulong count)
    {
        Count = count;
    }

    internal ulong? Count { get; }
}
