using System.Collections.Concurrent;

namespace Microsoft.ML.Data;

/// <summary>Which column type a .NET type outside ML.NET's own has. Process-wide, as types are; thread safe.</summary>
public static class DataViewTypeManager
{
    private static readonly ConcurrentDictionary<(Type Type, DataViewTypeAttribute Attribute), DataViewType> ByRawType = new();
    private static readonly Dictionary<DataViewType, (Type Type, DataViewTypeAttribute Attribute)> ByDataViewType = [];
    private static readonly Lock Gate = new();

    /// <summary>Ties a .NET type (and an attribute, if any) to a column type. Registering the same pair again is allowed.</summary>
    /// <param name="dataViewType">The column type.</param>
    /// <param name="type">The .NET type of its values.</param>
    /// <param name="typeAttribute">The attribute on the member, or null.</param>
    /// <exception cref="ArgumentException">One side is tied to something else already, or the type is ML.NET's own.</exception>
    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (type == typeof(string) || StandardTypes.IsStandard(type))
        {
            throw new ArgumentOutOfRangeException(nameof(type), $"Type {type} is one of ML.NET's own and cannot be registered again");
        }

        lock (Gate)
        {
            var key = (type, typeAttribute);
            if (ByRawType.TryGetValue(key, out var known) && !known.Equals(dataViewType))
            {
                throw new ArgumentOutOfRangeException(nameof(type), $"Repeated type register. The raw type {type} is tied to {known}, not to {dataViewType}");
            }

            if (ByDataViewType.TryGetValue(dataViewType, out var raw) && !raw.Equals(key))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(dataViewType), $"Repeated type register. The type {dataViewType} is tied to {raw.Type}, not to {type}");
            }

            ByRawType[key] = dataViewType;
            ByDataViewType[dataViewType] = key;
        }
    }

    /// <summary>Ties a .NET type and at most one attribute to a column type.</summary>
    /// <param name="dataViewType">The column type.</param>
    /// <param name="type">The .NET type of its values.</param>
    /// <param name="typeAttributes">None or one <see cref="DataViewTypeAttribute"/>.</param>
    [Obsolete("Use the form that takes one DataViewTypeAttribute.", false)]
    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute> typeAttributes)
    {
        Attribute single = typeAttributes?.SingleOrDefault();
        if (single is not null and not DataViewTypeAttribute)
        {
            throw new ArgumentException($"typeAttributes: expected a DataViewTypeAttribute, got {single}", nameof(typeAttributes));
        }

        Register(dataViewType, type, (DataViewTypeAttribute)single);
    }

    internal static bool Knows(DataViewType dataViewType)
    {
        lock (Gate)
        {
            return ByDataViewType.ContainsKey(dataViewType);
        }
    }

    internal static DataViewType Find(Type type, IEnumerable<Attribute> attributes)
        => ByRawType.GetValueOrDefault((type, attributes?.OfType<DataViewTypeAttribute>().SingleOrDefault()));
}
