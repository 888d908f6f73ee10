using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which columns a class's members are. Made from the class, then changed where needed.</summary>
public sealed partial class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>What the class is used for.</summary>
    [Flags]
    public enum Direction
    {
        /// <summary>Members are read: properties need a getter.</summary>
        Read = 1,

        /// <summary>Members are written: properties need a setter.</summary>
        Write = 2,

        /// <summary>Members are read and written.</summary>
        Both = Read | Write,
    }

    /// <summary>The column of a name.</summary>
    /// <param name="columnName">The name.</param>
    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName)
            ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"No column '{columnName}'");
        set => this[FindIndex(column => column.ColumnName == columnName) is >= 0 and var index
            ? index
            : throw new ArgumentOutOfRangeException(nameof(columnName), $"No column '{columnName}'")] = value;
    }

    /// <summary>The columns of a class: its public fields, then its public properties.</summary>
    /// <param name="userType">The class.</param>
    /// <param name="direction">What it is used for.</param>
    /// <exception cref="ArgumentException">A member has a type that is neither ML.NET's own nor registered, or two have one name.</exception>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        SchemaDefinition definition = new();
        foreach (var member in MembersOf(userType, direction))
        {
            var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name is { Length: > 0 } given ? given : member.Name;
            if (definition.Exists(column => column.ColumnName == name))
            {
                throw new ArgumentException($"Duplicate column name '{name}' detected", nameof(userType));
            }

            definition.Add(new Column(member.Name, TypeOf(member)) { ColumnName = name });
        }

        return definition;
    }

    internal static SchemaDefinition For(Type userType, DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var definition = Create(userType, Direction.Read);
        foreach (var column in schema)
        {
            var member = definition.Find(known => known.ColumnName == column.Name)
                ?? throw new ArgumentOutOfRangeException(nameof(schema), $"Type should contain a member named {column.Name}");
            member.ColumnType = column.Type;
            member.Take(column.Annotations);
        }

        return definition;
    }

    private static IEnumerable<MemberInfo> MembersOf(Type userType, Direction direction)
    {
        const BindingFlags instance = BindingFlags.Public | BindingFlags.Instance;
        var fields = userType.GetFields(instance).Where(field => field.FieldType != typeof(IChannel));
        var properties = userType.GetProperties(instance).Where(property =>
            property.GetIndexParameters().Length == 0 && property.PropertyType != typeof(IChannel)
            && (!direction.HasFlag(Direction.Read) || property.GetMethod is { IsPublic: true })
            && (!direction.HasFlag(Direction.Write) || property.SetMethod is { IsPublic: true }));
        return fields.Cast<MemberInfo>().Concat(properties).Where(member => !member.IsDefined(typeof(NoColumnAttribute)));
    }

    private static DataViewType TypeOf(MemberInfo member)
    {
        var attributes = member.GetCustomAttributes().ToArray();
        foreach (var attribute in attributes.OfType<DataViewTypeAttribute>())
        {
            attribute.Register();
        }

        var item = TypedMember.ItemOf(TypedMember.TypeOf(member), out var isVector);
        DataViewType type = attributes.OfType<KeyTypeAttribute>().SingleOrDefault() is { } key
            ? new KeyDataViewType(item, key.Count ?? LargestCount(item))
            : (DataViewType)StandardTypes.Find(item) ?? DataViewTypeManager.Find(item, attributes);
        if (type is null)
        {
            throw new ArgumentOutOfRangeException(
                nameof(member), $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        }

        if (!isVector)
        {
            return type;
        }

        return type is PrimitiveDataViewType primitive
            ? new VectorDataViewType(primitive, attributes.OfType<VectorTypeAttribute>().SingleOrDefault()?.Dimensions ?? [0])
            : throw new ArgumentOutOfRangeException(nameof(member), $"Member {member.Name} is a vector of {item}, which is not primitive");
    }

    private static ulong LargestCount(Type type)
        => type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
}
