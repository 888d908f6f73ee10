namespace Microsoft.ML.Data;

/// <summary>Base of types whose values are reused in place or own something: vectors, images, and what users derive.</summary>
public abstract class StructuredDataViewType : DataViewType
{
    /// <summary>Makes the type.</summary>
    /// <param name="rawType">The .NET type of a value.</param>
    protected StructuredDataViewType(Type rawType)
        : base(rawType)
    {
    }
}
