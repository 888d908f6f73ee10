namespace Microsoft.ML.Data;

/// <summary>Marks a member that is no column.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NoColumnAttribute : Attribute
{
    /// <summary>Marks the member.</summary>
    public NoColumnAttribute()
    {
    }
}
