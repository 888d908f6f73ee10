using System.Buffers.Binary;

namespace SparseRefine.Images;

/// <summary>The checksum of PNG chunks (ISO 3309, polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private const int Stride = 8;
    private static readonly uint[] Table = MakeTable();

    /// <summary>What a running checksum starts with; the final one is its complement.</summary>
    public const uint Start = 0xFFFFFFFF;

    /// <summary>Takes more bytes into a running checksum.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= Stride)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = At(7, low) ^ At(6, low >> 8) ^ At(5, low >> 16) ^ At(4, low >> 24)
                ^ At(3, high) ^ At(2, high >> 8) ^ At(1, high >> 16) ^ At(0, high >> 24);
            bytes = bytes[Stride..];
        }

        foreach (byte value in bytes)
        {
            crc = At(0, crc ^ value) ^ (crc >> 8);
        }

        return crc;
    }

    /// <summary>Effect of one byte that is followed by <paramref name="zeros"/> bytes of zero.</summary>
    private static uint At(int zeros, uint value) => Table[(zeros * 256) + (byte)value];

    private static uint[] MakeTable()
    {
        uint[] table = new uint[Stride * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
        {
            uint shorter = table[i - 256];
            table[i] = table[(byte)shorter] ^ (shorter >> 8);
        }

        return table;
    }
}
