namespace Microsoft.ML.Data;

/// <summary>Gives a member that is an array or vector its dimensions.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VectorTypeAttribute : Attribute
{
    /// <summary>A vector of any length.</summary>
    public VectorTypeAttribute()
    {
        Dimensions = [0];
    }

    /// <summary>A vector of a length.</summary>
    /// <param name="size">The length.</param>
    public VectorTypeAttribute(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Dimensions = [size];
    }

    /// <summary>A tensor.</summary>
    /// <param name="dimensions">Its dimensions; 0 for any.</param>
    public VectorTypeAttribute(params int[] dimensions)
    {
        Dimensions = dimensions is { Length: > 0 } ? dimensions : [0];
    }

    internal int[] Dimensions { get; }
}
