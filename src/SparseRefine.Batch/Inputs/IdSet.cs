using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SparseRefine.Batch;

/// <summary>
/// Ids by 128 bits of their SHA-256: 16 bytes each, whatever their length, in a sorted array; two of a billion ids are equal by chance with a probability below 1e-20.
/// <see cref="Add"/> fills the array, <see cref="Seal"/> sorts it, and only then may <see cref="Contains"/> be called; ids added after that are in a hash set. Not thread-safe.
/// </summary>
internal sealed class IdSet
{
    private readonly HashSet<UInt128> _later = [];
    private UInt128[] _ids;
    private int _count;

    /// <summary>Makes a set that <see cref="Add"/> fills before <see cref="Seal"/>.</summary>
    public IdSet() => _ids = new UInt128[64];

    /// <summary>Number of ids.</summary>
    public int Count => _count + _later.Count;

    /// <summary>Adds an id before the set is asked. Adding one twice is found by <see cref="Seal"/>.</summary>
    public void Add(string id)
    {
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, _count * 2);
        }

        _ids[_count++] = Hash(id);
    }

    /// <summary>Sorts the ids so that they can be asked for.</summary>
    /// <returns>Whether each was added once.</returns>
    public bool Seal()
    {
        Array.Sort(_ids, 0, _count);
        int kept = Math.Min(1, _count);
        for (int i = 1; i < _count; i++)
        {
            if (_ids[i] != _ids[kept - 1])
            {
                _ids[kept++] = _ids[i];
            }
        }

        bool isUnique = kept == _count;
        _count = kept;
        Array.Resize(ref _ids, Math.Max(1, kept));
        return isUnique;
    }

    /// <summary>Whether an id is there.</summary>
    public bool Contains(string id)
    {
        UInt128 hash = Hash(id);
        return Array.BinarySearch(_ids, 0, _count, hash) >= 0 || _later.Contains(hash);
    }

    /// <summary>Adds an id after <see cref="Seal"/>.</summary>
    /// <returns>Whether it is new.</returns>
    public bool AddLater(string id) => !Contains(id) && _later.Add(Hash(id));

    /// <summary>The first 16 bytes of SHA-256.</summary>
    public static UInt128 Hash(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
