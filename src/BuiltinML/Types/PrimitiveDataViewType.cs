namespace Microsoft.ML.Data;

/// <summary>Base of types whose values are copied by assignment and own nothing.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    /// <summary>Makes the type.</summary>
    /// <param name="rawType">The .NET type of a value; not disposable.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rawType"/> is null.</exception>
    protected PrimitiveDataViewType(Type rawType)
        : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
        {
            throw new ArgumentException("A primitive type's values cannot be disposable", nameof(rawType));
        }
    }
}
