namespace SparseRefine.Batch;

/// <summary>
/// Sorts more records than memory holds by keys of 128 bits: full buffers are sorted and written to files (runs), which are read together in the end. Memory is that of one buffer and of
/// one small read buffer a run. Records of equal keys keep no order. One thread at a time.
/// </summary>
/// <param name="folder">Where the runs lie; the caller's, who deletes it.</param>
/// <param name="name">What the runs' names begin with.</param>
/// <param name="bufferBytes">Bytes of records that are sorted in memory at once.</param>
internal sealed class ExternalSort(string folder, string name, int bufferBytes = 12 << 20) : IDisposable
{
    private const int ReadBuffer = 1 << 14;
    private const int BytesOfPlace = 32;

    private readonly byte[] _bytes = new byte[bufferBytes];
    private readonly List<string> _runs = [];
    private readonly List<BinaryReader> _readers = [];
    private readonly List<(UInt128 Key, int Start, int Length)> _records = new(bufferBytes / BytesOfPlace);
    private int _used;

    /// <summary>Adds a record.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="payload">Its content, at most as long as the buffer.</param>
    /// <exception cref="IOException">A run cannot be written.</exception>
    public void Add(UInt128 key, ReadOnlySpan<byte> payload)
    {
        // A record costs its place in the list, too, however short its content is.
        if (_used + payload.Length > _bytes.Length || _records.Count == _records.Capacity)
        {
            WriteRun();
        }

        payload.CopyTo(_bytes.AsSpan(_used));
        _records.Add((key, _used, payload.Length));
        _used += payload.Length;
    }

    /// <summary>The records by their keys. Read once; nothing may be added after that.</summary>
    /// <returns>Keys and contents.</returns>
    public IEnumerable<(UInt128 Key, byte[] Payload)> Sorted()
    {
        WriteRun();
        PriorityQueue<BinaryReader, UInt128> next = new();
        foreach (string run in _runs)
        {
            BinaryReader reader = new(new FileStream(run, FileMode.Open, FileAccess.Read, FileShare.Read, ReadBuffer));
            _readers.Add(reader);
            Enqueue(reader);
        }

        while (next.TryDequeue(out BinaryReader? reader, out UInt128 key))
        {
            yield return (key, reader.ReadBytes(reader.Read7BitEncodedInt()));
            Enqueue(reader);
        }

        void Enqueue(BinaryReader reader)
        {
            if (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                ulong upper = reader.ReadUInt64();
                next.Enqueue(reader, new UInt128(upper, reader.ReadUInt64()));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    private void WriteRun()
    {
        if (_records.Count == 0)
        {
            return;
        }

        _records.Sort((a, b) => a.Key.CompareTo(b.Key));
        string run = Path.Combine(folder, $"{name}{_runs.Count}.run");
        using (BinaryWriter writer = new(new FileStream(run, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20)))
        {
            foreach ((UInt128 key, int start, int length) in _records)
            {
                writer.Write((ulong)(key >> 64));
                writer.Write((ulong)key);
                writer.Write7BitEncodedInt(length);
                writer.Write(_bytes, start, length);
            }
        }

        _runs.Add(run);
        _records.Clear();
        _used = 0;
    }
}
