using System.Buffers.Binary;

namespace SparseRefine.Batch;

/// <summary>
/// The photos between listing and writing. Those that a stage works on are also in a small file, which a killed process leaves to the next run: one of them may have been what
/// killed it. What is written to a file stays when its process is killed, so nothing is flushed to the disk; a loss of power is no photo's fault. Thread-safe.
/// </summary>
/// <remarks>The file has a place of 32 bytes for each: 16 of the id's hash, all 0 in a free place, then the number of tries. Places are used again.</remarks>
internal sealed class PhotosInWork : IDisposable
{
    /// <summary>Unfinished tries, the last of them alone, after which a photo is not tried again.</summary>
    public const int MostTries = 2;

    private const int HashBytes = 16;
    private const int PlaceBytes = 32;

    // A job has fewer than ten photos a worker in work.
    private const int MostPlaces = 1 << 14;

    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly Dictionary<UInt128, (int Place, int Tries)> _begun = [];
    private readonly Dictionary<UInt128, int> _unfinished = [];
    private readonly Stack<int> _free = [];
    private TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _places;
    private int _count;

    /// <summary>Begins the file, with what an earlier one holds.</summary>
    /// <param name="file">The file, which must not be there.</param>
    /// <param name="left">The content of the file that a killed run left; empty: none.</param>
    public PhotosInWork(string file, ReadOnlySpan<byte> left)
    {
        _idle.SetResult();
        _file = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1);
        for (; left.Length >= PlaceBytes; left = left[PlaceBytes..])
        {
            UInt128 hash = BinaryPrimitives.ReadUInt128BigEndian(left);
            if (hash != 0 && _unfinished.TryAdd(hash, left[HashBytes]))
            {
                _begun[hash] = (_places++, left[HashBytes]);
                Write(hash, _begun[hash]);
            }
        }
    }

    /// <summary>Reads what a killed run left.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Its content; empty where there is none, or none that can be read.</returns>
    public static byte[] ReadLeft(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, LinkTarget: null, Length: <= MostPlaces * PlaceBytes } ? File.ReadAllBytes(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>How often earlier runs ended while a photo was in work.</summary>
    /// <param name="item">The photo.</param>
    /// <returns>0 for most.</returns>
    public int UnfinishedTries(WorkItem item)
    {
        if (_unfinished.Count == 0)
        {
            return 0;
        }

        lock (_lock)
        {
            return _unfinished.GetValueOrDefault(IdSet.Hash(item.Id));
        }
    }

    /// <summary>Ends once no photo is between listing and writing.</summary>
    public Task Idle
    {
        get
        {
            lock (_lock)
            {
                return _idle.Task;
            }
        }
    }

    /// <summary>A photo is handed to the stages.</summary>
    public void Add()
    {
        lock (_lock)
        {
            if (_count++ == 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>A stage begins to work on a photo.</summary>
    /// <param name="item">The photo.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Begin(WorkItem item)
    {
        UInt128 hash = IdSet.Hash(item.Id);
        lock (_lock)
        {
            int place = _begun.TryGetValue(hash, out (int Place, int Tries) known) ? known.Place : _free.TryPop(out int free) ? free : _places++;
            _begun[hash] = (place, Math.Min(known.Tries + 1, MostTries));
            Write(hash, _begun[hash]);
        }
    }

    /// <summary>A photo is written, has failed, or waits to be tried again: whatever ends the process now is not its doing.</summary>
    /// <param name="item">The photo.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void End(WorkItem item)
    {
        UInt128 hash = IdSet.Hash(item.Id);
        lock (_lock)
        {
            if (--_count == 0)
            {
                _idle.TrySetResult();
            }

            _unfinished.Remove(hash);
            if (_begun.Remove(hash, out (int Place, int Tries) known))
            {
                _free.Push(known.Place);
                Write(0, (known.Place, 0));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(UInt128 hash, (int Place, int Tries) begun)
    {
        Span<byte> bytes = stackalloc byte[PlaceBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        bytes[HashBytes] = (byte)begun.Tries;
        RandomAccess.Write(_file.SafeFileHandle, bytes, (long)begun.Place * PlaceBytes);
    }
}
