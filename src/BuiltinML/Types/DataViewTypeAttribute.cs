namespace Microsoft.ML.Data;

/// <summary>Base of attributes that say which <see cref="DataViewType"/> a member of a row class has.</summary>
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>For derived attributes.</summary>
    protected DataViewTypeAttribute()
    {
    }

    /// <summary>Whether both lead to the same type.</summary>
    /// <param name="other">Another attribute.</param>
    public abstract bool Equals(DataViewTypeAttribute other);

    /// <summary>Registers the member's type with <see cref="DataViewTypeManager"/>; called before the member is mapped.</summary>
    public abstract void Register();
}
