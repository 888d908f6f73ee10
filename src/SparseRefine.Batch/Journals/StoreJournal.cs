using System.Globalization;
using System.Text;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// A job's journal in a store. While the job runs, its journal is a file in the job's folder; its new lines are put into the store every half minute, as a part of their own
/// (<c>parts/i-of-n/TIME-RANDOM.jsonl</c>), and at the end of the work the whole as the mark that it is done (<c>journals/i-of-n.jsonl</c>; a job without slices is 0-of-1). Whatever the
/// store's journal names is in the store: results come first. What a killed job had scored since its last part is scored again, and its results stay.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="shard">The slice; null for all photos.</param>
/// <param name="folder">The job's folder.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreJournal(ObjectStore store, Shard? shard, JobFolder folder, TimeProvider time)
{
    /// <summary>Parts above which they are joined when a job begins.</summary>
    public const int MostParts = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly string _slice = (shard ?? new Shard(0, 1)).FileName;
    private readonly List<string> _parts = [];

    // A thread that is late when its job ends may be saving yet.
    private readonly SemaphoreSlim _one = new(1);
    private JournalHeader? _header;
    private bool _isCommitted;
    private long _saved;
    private long _savedAt = time.GetTimestamp();

    /// <summary>The whole journal's address.</summary>
    public string Address => store.AddressOf(Key);

    private string Key => $"journals/{_slice}.jsonl";

    private string Parts => $"parts/{_slice}/";

    private string FailedKey => $"failed/{_slice}.jsonl";

    /// <summary>Brings the store's journal into the job's folder, each photo once.</summary>
    /// <param name="header">The job.</param>
    /// <param name="check">Throws where a journal of the store is one of another job; gets its header and address.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidInputException">A journal of another job, or something else.</exception>
    public async Task FetchAsync(JournalHeader header, Action<JournalHeader, string> check, CancellationToken cancellation)
    {
        _header = header;
        await FindAsync(cancellation).ConfigureAwait(false);

        // Newest first, as the line of a photo that was scored again is the one that counts.
        HashSet<UInt128> ids = [];
        using AtomicFile file = folder.CreateFile(folder.JournalFile);
        file.Stream.Write(Encoding.UTF8.GetBytes(header.ToJson() + '\n'));
        foreach (string key in _parts.OrderDescending(StringComparer.Ordinal).Concat(_isCommitted ? [Key] : []))
        {
            cancellation.ThrowIfCancellationRequested();
            string name = store.AddressOf(key);
            using Stream content = await store.OpenAsync(key, cancellation).ConfigureAwait(false);
            JournalLines lines = new(content);
            check(JournalFile.ReadHeader(lines, name), name);
            for (int number = 2; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
            {
                if (ids.Add(IdSet.Hash(JournalFile.Parse(line.Span, name, number).Id)))
                {
                    file.Stream.Write(line.Span);
                    file.Stream.WriteByte((byte)'\n');
                }
            }
        }

        file.Commit();
        _saved = new FileInfo(folder.JournalFile).Length;
        if (_parts.Count > MostParts)
        {
            await RewriteAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets the store's journal, for a job that begins anew.</summary>
    /// <param name="header">The job.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task ForgetAsync(JournalHeader header, CancellationToken cancellation)
    {
        _header = header;
        await FindAsync(cancellation).ConfigureAwait(false);
        await DropAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts the job's journal into the store in place of all that is there.</summary>
    /// <param name="cancellation">Ends the work.</param>
    public async Task RewriteAsync(CancellationToken cancellation)
    {
        int before = _parts.Count;
        _saved = 0;
        await SaveAsync(cancellation).ConfigureAwait(false);
        string[] whole = [.. _parts.Skip(before)];
        _parts.RemoveRange(before, whole.Length);
        await DropAsync(cancellation).ConfigureAwait(false);
        _parts.AddRange(whole);
    }

    /// <summary>Puts the lines into the store that are not there, if it is time. Called before further ones are appended.</summary>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public void SaveIfDue()
    {
        if (time.GetElapsedTime(_savedAt) >= Interval)
        {
            SaveAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    /// <summary>Puts what is not in the store yet there, when the work has ended.</summary>
    /// <param name="isDone">Whether all photos were scored or have failed.</param>
    /// <returns>What went wrong, in one line; null for nothing.</returns>
    public async Task<string?> EndAsync(bool isDone)
    {
        try
        {
            using CancellationTokenSource limit = new();
            if (!isDone)
            {
                // Whoever stops a job waits for its end.
                limit.CancelAfter(LastWords);
            }

            if (File.Exists(folder.FailedFile))
            {
                await PutAsync(FailedKey, folder.FailedFile, replace: true, limit.Token).ConfigureAwait(false);
            }
            else if (isDone)
            {
                await store.DeleteAsync(FailedKey, limit.Token).ConfigureAwait(false);
            }

            if (!isDone)
            {
                await SaveAsync(limit.Token).ConfigureAwait(false);
            }
            else if (!_isCommitted || _parts.Count > 0 || new FileInfo(folder.JournalFile).Length > _saved)
            {
                // Where another job has been first with the same photos, its journal stays.
                await PutAsync(Key, folder.JournalFile, replace: _isCommitted, limit.Token).ConfigureAwait(false);
                _isCommitted = false;
                await DropAsync(limit.Token).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            string what = e is OperationCanceledException ? $"{store.Address}: expected an answer within {LastWords.TotalSeconds} s, got none" : OneLine.Of(e.Message);
            return $"{what}; the photos of the last {Interval.TotalSeconds} s are scored again, their results stay";
        }
    }

    private async Task FindAsync(CancellationToken cancellation)
    {
        _isCommitted = await store.FindAsync(Key, cancellation).ConfigureAwait(false) is not null;
        await foreach (StoredObject part in store.ListAsync(Parts, cancellation).ConfigureAwait(false))
        {
            _parts.Add(part.Key);
        }
    }

    // The parts that this job knows of, and its own; the whole where it is outdated.
    private async Task DropAsync(CancellationToken cancellation)
    {
        if (_isCommitted)
        {
            await store.DeleteAsync(Key, cancellation).ConfigureAwait(false);
            _isCommitted = false;
        }

        foreach (string part in _parts)
        {
            await store.DeleteAsync(part, cancellation).ConfigureAwait(false);
        }

        _parts.Clear();
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using FileStream journal = JournalFile.Open(folder.JournalFile);
            byte[] header = Encoding.UTF8.GetBytes(_header!.ToJson() + '\n');
            if (journal.Length > Math.Max(_saved, header.Length))
            {
                using AtomicFile part = folder.CreateFile(folder.JournalFile);
                part.Stream.Write(_saved > 0 ? header : []);
                journal.Position = _saved;
                journal.CopyTo(part.Stream);
                long saved = journal.Position;
                part.Stream.Position = 0;
                string key = $"{Parts}{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}.jsonl";
                await store.PutAsync(key, part.Stream, replace: true, cancellation).ConfigureAwait(false);
                _parts.Add(key);
                _saved = saved;
            }

            _savedAt = time.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task PutAsync(string key, string file, bool replace, CancellationToken cancellation)
    {
        using FileStream content = JournalFile.Open(file);
        await store.PutAsync(key, content, replace, cancellation).ConfigureAwait(false);
    }
}
