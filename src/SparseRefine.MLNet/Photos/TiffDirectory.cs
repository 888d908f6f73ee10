using System.Buffers.Binary;

namespace SparseRefine.MLNet;

/// <summary>
/// The first page's tags of a TIFF or BigTIFF file, read before the decoder sees the file: every value must lie within the file, so that a claimed length never becomes memory.
/// </summary>
internal ref struct TiffDirectory
{
    // Bytes of a value of each type of the TIFF 6.0 and BigTIFF specifications; 0 where there is no such type.
    private static ReadOnlySpan<byte> TypeBytes => [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private readonly ReadOnlySpan<byte> _file;
    private readonly bool _isLittle;
    private readonly bool _isBig;
    private readonly Dictionary<int, (int Type, long Count, long At)> _tags = [];

    /// <summary>Reads the tags.</summary>
    /// <param name="file">A file that <see cref="IsTiff"/>.</param>
    public TiffDirectory(ReadOnlySpan<byte> file)
    {
        _file = file;
        _isLittle = file[0] == 'I';
        _isBig = Number(2, 2) == 43;
        long at = _isBig ? Number(8, 8) : Number(4, 4);
        int countBytes = _isBig ? 8 : 2;
        int wordBytes = _isBig ? 8 : 4;
        int entryBytes = 4 + (2 * wordBytes);
        long entries = Number(at, countBytes);
        at += countBytes;
        for (long i = 0; IsWhole && !IsDamaged && i < entries; i++, at += entryBytes)
        {
            int tag = (int)Number(at, 2);
            int type = (int)Number(at + 2, 2);
            long count = Number(at + 4, wordBytes);
            int size = type < TypeBytes.Length ? TypeBytes[type] : 0;
            long values = at + 4 + wordBytes;
            long from = count > wordBytes / Math.Max(1, size) ? Number(values, wordBytes) : values;
            IsDamaged |= count < 0 || from < 0 || count > int.MaxValue;
            IsWhole &= IsDamaged || from + (count * size) <= file.Length;
            _tags[tag] = (type, count, from);
        }

        HasMorePages = Number(at, wordBytes) != 0;
    }

    /// <summary>Whether all tags lie within the file.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Whether a tag says what none can.</summary>
    public bool IsDamaged { get; }

    /// <summary>Whether other pages follow.</summary>
    public bool HasMorePages { get; }

    /// <summary>Whether a file says that it is a TIFF file.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> file) =>
        file is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    /// <summary>A tag's number of values.</summary>
    public readonly long Count(int tag) => _tags.TryGetValue(tag, out (int Type, long Count, long At) found) ? found.Count : 0;

    /// <summary>One value of a tag of whole numbers.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="missing">What a file without the tag means.</param>
    /// <param name="index">Which value.</param>
    public long Value(int tag, long missing, long index = 0)
    {
        if (!_tags.TryGetValue(tag, out (int Type, long Count, long At) found) || index >= found.Count || found.Type >= TypeBytes.Length)
        {
            return missing;
        }

        int size = TypeBytes[found.Type];
        return size == 0 ? missing : Number(found.At + (index * size), size);
    }

    private long Number(long at, int bytes)
    {
        if (at < 0 || at + bytes > _file.Length)
        {
            IsWhole = false;
            return 0;
        }

        ReadOnlySpan<byte> value = _file.Slice((int)at, bytes);
        return bytes switch
        {
            1 => value[0],
            2 => _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(value) : BinaryPrimitives.ReadUInt16BigEndian(value),
            4 => _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(value) : BinaryPrimitives.ReadUInt32BigEndian(value),
            _ => _isLittle ? BinaryPrimitives.ReadInt64LittleEndian(value) : BinaryPrimitives.ReadInt64BigEndian(value),
        };
    }
}
