using System.Buffers.Binary;

namespace SparseRefine.Faults;

/// <summary>Harm that knows nothing of the format: flipped bits, cuts, moved and doubled pieces, huge numbers at any place.</summary>
internal static class ByteMutator
{
    private static readonly ulong[] Numbers =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, ulong.MaxValue];

    /// <summary>Harms a copy in one to three ways.</summary>
    public static byte[] Mutate(byte[] whole, Random random)
    {
        byte[] bytes = whole;
        for (int i = random.Next(3); i >= 0; i--)
        {
            bytes = Once(bytes, random);
        }

        return bytes;
    }

    private static byte[] Once(byte[] from, Random random)
    {
        byte[] bytes = [.. from];
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        // Headers decide most, and they stand first: half of the harm is done there.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 96) : bytes.Length);
        int length = random.Next(1, Math.Min(bytes.Length - at, 64) + 1);
        switch (random.Next(10))
        {
            case 0 or 1:
                for (int i = random.Next(8); i >= 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
            case 2:
                return bytes[..random.Next(bytes.Length)];
            case 3 or 4:
                PutNumber(bytes, at, random);
                return bytes;
            case 5:
                bytes.AsSpan(at, length).Clear();
                return bytes;
            case 6:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 7:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 8:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            default:
                byte[] more = new byte[random.Next(1, 4096)];
                random.NextBytes(more);
                return random.Next(2) == 0 ? [.. bytes, .. more] : [.. bytes[..at], .. more, .. bytes[at..]];
        }
    }

    private static void PutNumber(byte[] bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        ulong value = Numbers[random.Next(Numbers.Length)];
        int size = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
            number = number[..size];
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            number = number[^size..];
        }

        number[..Math.Min(size, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
    }
}
