namespace SparseRefine.Faults;

/// <summary>
/// Harm in which a protobuf file stays well formed: fields removed, doubled, exchanged, numbers changed, with lengths that fit. Knows the
/// wire format only, so every field of an ONNX file has its turn.
/// </summary>
internal static class WireMutator
{
    private static readonly ulong[] Numbers = [0, 1, 2, 3, 7, 255, 65536, 1 << 20, int.MaxValue, 1UL << 40, long.MaxValue, ulong.MaxValue];

    /// <summary>Changes one to three fields.</summary>
    public static byte[] Mutate(byte[] whole, Random random)
    {
        List<Field> root = Parse(whole) ?? throw new InvalidOperationException("the corpus' file is no protobuf message");
        for (int i = random.Next(3); i >= 0; i--)
        {
            Change(root, random);
        }

        MemoryStream stream = new();
        Write(root, stream);
        return stream.ToArray();
    }

    private static void Change(List<Field> root, Random random)
    {
        List<(List<Field> Owner, Field Field)> all = [];
        Collect(root, all);
        if (all.Count == 0)
        {
            return;
        }

        (List<Field> owner, Field field) = all[random.Next(all.Count)];
        switch (random.Next(8))
        {
            case 0:
                owner.Remove(field);
                break;
            case 1:
                owner.Insert(random.Next(owner.Count + 1), field);
                break;
            case 2:
                (_, Field other) = all[random.Next(all.Count)];
                (field.Wire, field.Number, field.Bytes, field.Children) = (other.Wire, other.Number, other.Bytes, Copy(other.Children));
                break;
            case 3:
                field.Tag = (uint)random.Next(1, 24);
                break;
            default:
                ChangeValue(field, random);
                break;
        }
    }

    private static void ChangeValue(Field field, Random random)
    {
        if (field.Wire == 2)
        {
            field.Bytes = ByteMutator.Mutate(field.Children is null ? field.Bytes : Encode(field.Children), random);
            field.Children = null;
        }
        else
        {
            field.Number = random.Next(3) == 0 ? field.Number ^ (1UL << random.Next(64)) : Numbers[random.Next(Numbers.Length)];
        }
    }

    private static void Collect(List<Field> fields, List<(List<Field> Owner, Field Field)> all)
    {
        foreach (Field field in fields)
        {
            all.Add((fields, field));
            if (field.Children is not null)
            {
                Collect(field.Children, all);
            }
        }
    }

    private static List<Field>? Copy(List<Field>? fields) => fields is null
        ? null
        : [.. fields.Select(f => new Field { Tag = f.Tag, Wire = f.Wire, Number = f.Number, Bytes = f.Bytes, Children = Copy(f.Children) })];

    private static List<Field>? Parse(ReadOnlySpan<byte> bytes)
    {
        List<Field> fields = [];
        while (bytes.Length > 0)
        {
            if (!Varint(ref bytes, out ulong key) || key >> 3 is 0 or > 1 << 20)
            {
                return null;
            }

            Field field = new() { Tag = (uint)(key >> 3), Wire = (int)(key & 7) };
            int size = field.Wire switch { 1 => 8, 5 => 4, _ => 0 };
            ulong length = 0;
            if (field.Wire is not (0 or 1 or 2 or 5) || bytes.Length < size
                || (field.Wire == 0 && !Varint(ref bytes, out field.Number)) || (field.Wire == 2 && (!Varint(ref bytes, out length) || length > (ulong)bytes.Length)))
            {
                return null;
            }

            size = field.Wire == 2 ? (int)length : size;
            field.Bytes = bytes[..size].ToArray();
            field.Children = field.Wire == 2 && size is > 1 and < 1 << 16 ? Parse(field.Bytes) : null;
            bytes = bytes[size..];
            fields.Add(field);
        }

        return fields;
    }

    private static bool Varint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static byte[] Encode(List<Field> fields)
    {
        MemoryStream stream = new();
        Write(fields, stream);
        return stream.ToArray();
    }

    private static void Write(List<Field> fields, MemoryStream stream)
    {
        foreach (Field field in fields)
        {
            WriteVarint(stream, ((ulong)field.Tag << 3) | (uint)field.Wire);
            byte[] bytes = field.Children is null ? field.Bytes : Encode(field.Children);
            if (field.Wire is 0 or 2)
            {
                WriteVarint(stream, field.Wire == 0 ? field.Number : (ulong)bytes.Length);
            }

            if (field.Wire != 0)
            {
                stream.Write(bytes);
            }
        }
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    private sealed class Field
    {
        public uint Tag;
        public int Wire;
        public ulong Number;
        public byte[] Bytes = [];
        public List<Field>? Children;
    }
}
