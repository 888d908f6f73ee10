using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>How a schema is saved: columns of primitive items only, as in ML.NET; images and other types are left out.</summary>
internal static class SchemaFormat
{
    private static readonly PrimitiveDataViewType[] Simple =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, RowIdDataViewType.Instance,
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double,
    ];

    private const byte KeyCode = 100;

    public static void Write(BinaryWriter writer, DataViewSchema schema, DataViewSchema.Annotations values = null)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(column => IsSavable(column.Type))];
        writer.Write(columns.Length);
        foreach (var column in columns)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            if (values is not null)
            {
                Call(nameof(WriteValue), column.Type, writer, values, column);
            }

            Write(writer, column.Annotations.Schema, column.Annotations);
        }
    }

    public static DataViewSchema ReadSchema(BinaryReader reader)
    {
        DataViewSchema.Builder builder = new();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            builder.AddColumn(reader.ReadString(), ReadType(reader), ReadAnnotations(reader));
        }

        return builder.ToSchema();
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        DataViewSchema.Annotations.Builder builder = new();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadString();
            var type = ReadType(reader);
            var getter = (Delegate)Call(nameof(ReadValue), type, reader, type);
            builder.Add(name, type, getter, ReadAnnotations(reader));
        }

        return builder.ToAnnotations();
    }

    private static bool IsSavable(DataViewType type) => type.ItemType() is KeyDataViewType || Simple.Contains(type.ItemType());

    private static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var item = (PrimitiveDataViewType)type.ItemType();
        writer.Write((byte)(type is VectorDataViewType vector ? vector.Dimensions.Length : 0));
        foreach (var dimension in (type as VectorDataViewType)?.Dimensions ?? [])
        {
            writer.Write(dimension);
        }

        if (item is KeyDataViewType key)
        {
            writer.Write(KeyCode);
            writer.Write((byte)Array.IndexOf(Simple, StandardTypes.Find(key.RawType)));
            writer.Write(key.Count);
        }
        else
        {
            writer.Write((byte)Array.IndexOf(Simple, item));
        }
    }

    private static DataViewType ReadType(BinaryReader reader)
    {
        int[] dimensions = new int[reader.ReadByte()];
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = reader.ReadInt32();
        }

        var code = reader.ReadByte();
        PrimitiveDataViewType item = code == KeyCode
            ? new KeyDataViewType(Simple[reader.ReadByte()].RawType, reader.ReadUInt64())
            : Simple[code];
        return dimensions.Length == 0 ? item : new VectorDataViewType(item, dimensions);
    }

    private static object Call(string method, DataViewType type, params object[] arguments)
        => typeof(SchemaFormat).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(type.ItemType().RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static void WriteValue<TItem>(BinaryWriter writer, DataViewSchema.Annotations values, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            TItem item = default;
            values.GetGetter<TItem>(column)(ref item);
            WriteItem(writer, item);
            return;
        }

        VBuffer<TItem> vector = default;
        values.GetGetter<VBuffer<TItem>>(column)(ref vector);
        writer.Write(vector.Length);
        foreach (var item in vector.DenseValues())
        {
            WriteItem(writer, item);
        }
    }

    private static Delegate ReadValue<TItem>(BinaryReader reader, DataViewType type)
    {
        if (type is not VectorDataViewType)
        {
            var item = ReadItem<TItem>(reader);
            return (ValueGetter<TItem>)((ref TItem value) => value = item);
        }

        var items = new TItem[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = ReadItem<TItem>(reader);
        }

        return (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> value) => VBuffer<TItem>.Copy(items, 0, ref value, items.Length));
    }

    private static void WriteItem<TItem>(BinaryWriter writer, TItem item)
        => writer.Write(item switch
        {
            DataViewRowId id => $"{id.Low} {id.High}",
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{item}"),
        });

    private static TItem ReadItem<TItem>(BinaryReader reader)
    {
        var text = reader.ReadString();
        object item = typeof(TItem) == typeof(ReadOnlyMemory<char>) ? text.AsMemory()
            : typeof(TItem) == typeof(DataViewRowId) ? new DataViewRowId(ulong.Parse(text.Split(' ')[0]), ulong.Parse(text.Split(' ')[1]))
            : Convert.ChangeType(text, typeof(TItem), System.Globalization.CultureInfo.InvariantCulture);
        return (TItem)item;
    }
}
