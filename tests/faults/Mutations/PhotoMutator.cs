using System.Buffers.Binary;
using System.IO.Hashing;
using SparseRefine.Images;

namespace SparseRefine.Faults;

/// <summary>Harm in which the file stays well formed, so that it reaches the decoder: other sizes, with sums that fit.</summary>
internal static class PhotoMutator
{
    private static readonly int[] Sides = [0, 1, 2, 61, 63, 255, 4096, 16383, 16384, 65535, 1 << 20, int.MaxValue, -1, int.MinValue];

    /// <summary>Changes a side, or bytes behind the header.</summary>
    public static byte[] Mutate(InputKind kind, byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        int side = Sides[random.Next(Sides.Length)];
        bool wide = random.Next(2) == 0;
        switch (kind)
        {
            case InputKind.Jpeg:
                int frame = Find(bytes, 0xFF, 0xC0);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + (wide ? 7 : 5)), (ushort)side);
                return bytes;
            case InputKind.Webp:
                // The first bytes of a VP8 frame hold 14 bits a side.
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(wide ? 26 : 28), (ushort)side);
                return bytes;
            case InputKind.Bmp:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(wide ? 18 : 22), side);
                return bytes;
            case InputKind.Tiff:
                int directory = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
                int entry = random.Next(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(directory)));
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 2 + (entry * 12) + (random.Next(3) * 4)), side);
                return bytes;
            default:
                return Png(bytes, side, wide, random);
        }
    }

    // Changes IHDR, or a byte of any chunk, and gives the chunk the sum that fits.
    private static byte[] Png(byte[] bytes, int side, bool wide, Random random)
    {
        List<int> chunks = [];
        for (int at = 8; at + 12 <= bytes.Length; at += 12 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)))
        {
            chunks.Add(at);
        }

        int chunk = chunks[random.Next(2) == 0 ? 0 : random.Next(chunks.Count)];
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(chunk));
        if (chunk == 8 && random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(chunk + (wide ? 8 : 12)), side);
        }
        else if (length > 0)
        {
            bytes[chunk + 8 + random.Next(length)] = (byte)random.Next(256);
        }

        uint sum = Crc32.HashToUInt32(bytes.AsSpan(chunk + 4, length + 4));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(chunk + 8 + length), sum);
        return random.Next(8) == 0
            ? [.. bytes[..(chunk + 12 + length)], .. bytes[chunk..]] // a chunk twice
            : bytes;
    }

    private static int Find(byte[] bytes, byte first, byte second)
    {
        int at = bytes.AsSpan().IndexOf([first, second]);
        return at >= 0 ? at : throw new InvalidOperationException($"no marker {first:X2}{second:X2} in the corpus' file");
    }
}
