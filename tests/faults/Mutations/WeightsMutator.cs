using System.Buffers.Binary;
using System.Text;

namespace SparseRefine.Faults;

/// <summary>Harm to SafeTensors files in which the header keeps its length's form.</summary>
internal static class WeightsMutator
{
    /// <summary>Harms the header's JSON, or any bytes.</summary>
    public static byte[] Mutate(byte[] whole, Random random)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        if (random.Next(2) == 0)
        {
            return ByteMutator.Mutate(whole, random);
        }

        byte[] header = Encoding.UTF8.GetBytes(JsonMutator.Mutate(Encoding.UTF8.GetString(whole, 8, length), random));
        byte[] start = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(start, (ulong)header.Length);
        return [.. start, .. header, .. whole[(8 + length)..]];
    }
}
