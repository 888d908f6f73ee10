namespace Microsoft.ML.Data;

/// <summary>The column types that ML.NET gives .NET's own types.</summary>
internal static class StandardTypes
{
    public static bool IsStandard(Type type) => Find(type) is not null;

    public static PrimitiveDataViewType Find(Type type)
        => type == typeof(ReadOnlyMemory<char>) || type == typeof(string) ? TextDataViewType.Instance
        : type == typeof(bool) ? BooleanDataViewType.Instance
        : type == typeof(DataViewRowId) ? RowIdDataViewType.Instance
        : type.IsEnum ? null
        : Type.GetTypeCode(type) switch
        {
            TypeCode.SByte => NumberDataViewType.SByte,
            TypeCode.Byte => NumberDataViewType.Byte,
            TypeCode.Int16 => NumberDataViewType.Int16,
            TypeCode.UInt16 => NumberDataViewType.UInt16,
            TypeCode.Int32 => NumberDataViewType.Int32,
            TypeCode.UInt32 => NumberDataViewType.UInt32,
            TypeCode.Int64 => NumberDataViewType.Int64,
            TypeCode.UInt64 => NumberDataViewType.UInt64,
            TypeCode.Single => NumberDataViewType.Single,
            TypeCode.Double => NumberDataViewType.Double,
            _ => null,
        };

    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;
}
