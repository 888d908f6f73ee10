using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a row class bound to a column: reads it as the column's raw type, writes it from there.</summary>
internal sealed class TypedMember
{
    private static readonly MethodInfo[] Methods = typeof(TypedMember).GetMethods(BindingFlags.NonPublic | BindingFlags.Static);
    private readonly MemberInfo member;
    private readonly Type memberType;
    private readonly Type itemType;
    private readonly bool isVector;

    private TypedMember(MemberInfo member, string name, DataViewType type, DataViewSchema.Annotations annotations)
    {
        this.member = member;
        memberType = TypeOf(member);
        itemType = ItemOf(memberType, out isVector);
        Name = name;
        Type = type;
        Annotations = annotations;
    }

    public string Name { get; }

    public DataViewType Type { get; }

    public DataViewSchema.Annotations Annotations { get; }

    public static TypedMember[] Of(Type userType, SchemaDefinition definition)
        => [.. definition.Select(column => Of(
            userType, column.MemberName, string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName, column.ColumnType, column.Annotations))];

    public static TypedMember Of(Type userType, string memberName, string name, DataViewType type, DataViewSchema.Annotations annotations = null)
    {
        var member = (MemberInfo)userType.GetField(memberName) ?? userType.GetProperty(memberName)
            ?? throw new ArgumentException($"No field or property with name '{memberName}' found in type '{userType.FullName}'");
        TypedMember bound = new(member, name, type, annotations);
        if (!bound.Fits(type))
        {
            throw new ArgumentException($"Column '{name}' is supposed to be {type}, but member '{memberName}' is {bound.memberType}");
        }

        return bound;
    }

    public static Type TypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static Type ItemOf(Type type, out bool isVector)
    {
        isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        var item = type.IsArray ? type.GetElementType() : isVector ? type.GetGenericArguments()[0] : type;
        return item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item;
    }

    public bool Fits(DataViewType type)
        => isVector ? type is VectorDataViewType vector && vector.ItemType.RawType == itemType : type is not VectorDataViewType && type.RawType == itemType;

    public InvalidOperationException CannotBind(DataViewType type)
        => new($"Can't bind the IDataView column '{Name}' of type '{type}' to field or property '{member.Name}' of type '{memberType.FullName}'.");

    /// <summary>A getter of the column's raw type over the object that <paramref name="current"/> gives.</summary>
    public Delegate MakeGetter<TRow>(Func<TRow> current)
        => memberType == typeof(string) ? Invoke(nameof(TextGetter), [typeof(TRow)], current)
        : memberType == typeof(string[]) ? Invoke(nameof(TextsGetter), [typeof(TRow)], current)
        : memberType.IsArray ? Invoke(nameof(ArrayGetter), [typeof(TRow), itemType], current)
        : isVector ? Invoke(nameof(VectorGetter), [typeof(TRow), itemType], current)
        : Invoke(nameof(DirectGetter), [typeof(TRow), memberType], current);

    /// <summary>Writes the member of an object from a column of a row.</summary>
    public Action<TRow> MakeSetter<TRow>(DataViewRow row, DataViewSchema.Column column)
        => (Action<TRow>)(memberType == typeof(string) ? Invoke(nameof(TextSetter), [typeof(TRow)], row, column)
        : memberType == typeof(string[]) ? Invoke(nameof(TextsSetter), [typeof(TRow)], row, column)
        : memberType.IsArray ? Invoke(nameof(ArraySetter), [typeof(TRow), itemType], row, column)
        : isVector ? Invoke(nameof(VectorSetter), [typeof(TRow), itemType], row, column)
        : Invoke(nameof(DirectSetter), [typeof(TRow), memberType], row, column));

    private Delegate Invoke(string method, Type[] types, params object[] arguments)
        => (Delegate)Methods.Single(known => known.Name == method).MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [this, .. arguments], null);

    private Func<TRow, TMember> Reader<TRow, TMember>()
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    private Action<TRow, TMember> Writer<TRow, TMember>()
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TMember));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    private static Delegate DirectGetter<TRow, T>(TypedMember self, Func<TRow> current)
    {
        var read = self.Reader<TRow, T>();
        return (ValueGetter<T>)((ref T value) => value = read(current()));
    }

    private static Delegate TextGetter<TRow>(TypedMember self, Func<TRow> current)
    {
        var read = self.Reader<TRow, string>();
        return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory());
    }

    private static Delegate TextsGetter<TRow>(TypedMember self, Func<TRow> current)
    {
        var read = self.Reader<TRow, string[]>();
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            ReadOnlyMemory<char>[] items = [.. (read(current()) ?? []).Select(item => item.AsMemory())];
            value = new(items.Length, items);
        });
    }

    private static Delegate ArrayGetter<TRow, T>(TypedMember self, Func<TRow> current)
    {
        var read = self.Reader<TRow, T[]>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            var items = read(current()) ?? [];
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        });
    }

    private static Delegate VectorGetter<TRow, T>(TypedMember self, Func<TRow> current)
    {
        var read = self.Reader<TRow, VBuffer<T>>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => read(current()).CopyTo(ref value));
    }

    // The variable lives as long as the setter, so a getter may reuse or dispose what it delivered for the row before.
    private static Delegate DirectSetter<TRow, T>(TypedMember self, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        var write = self.Writer<TRow, T>();
        T value = default;
        return (Action<TRow>)(target =>
        {
            getter(ref value);
            write(target, value);
        });
    }

    private static Delegate TextSetter<TRow>(TypedMember self, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        var write = self.Writer<TRow, string>();
        ReadOnlyMemory<char> value = default;
        return (Action<TRow>)(target =>
        {
            getter(ref value);
            write(target, value.ToString());
        });
    }

    private static Delegate TextsSetter<TRow>(TypedMember self, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        var write = self.Writer<TRow, string[]>();
        VBuffer<ReadOnlyMemory<char>> value = default;
        return (Action<TRow>)(target =>
        {
            getter(ref value);
            write(target, [.. value.DenseValues().Select(item => item.ToString())]);
        });
    }

    private static Delegate ArraySetter<TRow, T>(TypedMember self, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var read = self.Reader<TRow, T[]>();
        var write = self.Writer<TRow, T[]>();
        VBuffer<T> value = default;
        return (Action<TRow>)(target =>
        {
            getter(ref value);
            var items = read(target);
            items = items?.Length == value.Length ? items : new T[value.Length];
            value.CopyTo(items);
            write(target, items);
        });
    }

    // Here the target's own vector is the one to be reused.
    private static Delegate VectorSetter<TRow, T>(TypedMember self, DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var read = self.Reader<TRow, VBuffer<T>>();
        var write = self.Writer<TRow, VBuffer<T>>();
        return (Action<TRow>)(target =>
        {
            var value = read(target);
            getter(ref value);
            write(target, value);
        });
    }
}
