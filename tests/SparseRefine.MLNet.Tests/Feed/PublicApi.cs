using System.Globalization;
using System.Reflection;

namespace SparseRefine.MLNet.Tests.Feed;

/// <summary>Prints an assembly's public and protected members, one line each, so that two implementations can be compared by line.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<Type> VisibleTypes(Assembly assembly) => assembly.GetTypes().Where(IsVisible);

    /// <summary>The type's own line: kind, then bases and interfaces.</summary>
    public static (string Kind, IReadOnlySet<string> Bases) Heading(Type type)
    {
        HashSet<string> bases = [.. type.GetInterfaces().Where(known => known.IsVisible).Select(Name)];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
        {
            bases.Add(Name(parent));
        }

        return (KindOf(type), bases);
    }

    /// <summary>The lines of the type's members.</summary>
    public static IEnumerable<string> Members(Type type)
    {
        if (KindOf(type) == "delegate")
        {
            return [$"{Name(type)}.Invoke{Parameters(type.GetMethod("Invoke")!)}"];
        }

        return type.GetMembers(Declared).Select(member => Line(type, member)).OfType<string>();
    }

    public static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        var own = type.IsGenericType ? type.GetGenericArguments() : [];
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var prefix = type.DeclaringType is { } outer
            ? Name(outer.IsGenericTypeDefinition && own.Length >= inherited ? outer.MakeGenericType(own[..inherited]) : outer) + "."
            : type.Namespace is { Length: > 0 } space ? space + "." : string.Empty;
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        var name = tick < 0 ? type.Name : type.Name[..tick];
        return prefix + name + (own.Length > inherited ? $"<{string.Join(",", own.Skip(inherited).Select(Name))}>" : string.Empty);
    }

    private static string? Line(Type type, MemberInfo member)
    {
        switch (member)
        {
            case ConstructorInfo constructor when IsReachable(constructor) && !constructor.IsStatic:
                return $"{Name(type)}.ctor{Parameters(constructor)}{Flags(constructor)}";
            case MethodInfo method when IsReachable(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)):
                var generic = method.IsGenericMethodDefinition ? $"<{string.Join(",", method.GetGenericArguments().Select(a => a.Name))}>" : string.Empty;
                return $"{Name(type)}.{method.Name}{generic}{Parameters(method)} : {Name(method.ReturnType)}{Flags(method)}";
            case PropertyInfo property when IsReachable(property.GetMethod) || IsReachable(property.SetMethod):
                var index = property.GetIndexParameters();
                var items = index.Length > 0 ? $"[{string.Join(", ", index.Select(item => Name(item.ParameterType)))}]" : string.Empty;
                var access = (IsReachable(property.GetMethod) ? "get;" : string.Empty) + (IsReachable(property.SetMethod) ? "set;" : string.Empty);
                return $"{Name(type)}.{property.Name}{items} : {Name(property.PropertyType)} {{{access}}}{Flags((property.GetMethod ?? property.SetMethod)!)}";
            case FieldInfo field when (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && field.Name != "value__":
                var value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : field.IsStatic ? " static" : string.Empty;
                return $"{Name(type)}.{field.Name} : {Name(field.FieldType)}{value}{(field.IsInitOnly ? " readonly" : string.Empty)}";
            case EventInfo raised when IsReachable(raised.AddMethod):
                return $"{Name(type)}.{raised.Name} : event {Name(raised.EventHandlerType!)}";
            default:
                return null;
        }
    }

    private static bool IsVisible(Type type)
        => type.DeclaringType is null
            ? type.IsPublic
            : (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType);

    private static bool IsReachable(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string KindOf(Type type)
        => type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsSealed ? "sealed class"
        : type.IsAbstract ? "abstract class"
        : "class";

    private static string Flags(MethodBase method)
    {
        var protection = method.IsFamily || method.IsFamilyOrAssembly ? " protected" : string.Empty;
        var shared = method.IsStatic ? " static" : string.Empty;
        var inInterface = method.DeclaringType!.IsInterface;
        return protection + shared + (method.IsAbstract && !inInterface ? " abstract"
            : method is MethodInfo { IsVirtual: true, IsFinal: false } open && !inInterface ? (open.GetBaseDefinition() != open ? " override" : " virtual")
            : string.Empty);
    }

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var way = parameter.IsOut ? "out "
            : type.IsByRef ? (parameter.IsIn ? "in " : "ref ")
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : string.Empty;
        var fallback = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue) : string.Empty;
        return $"{way}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}{fallback}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
