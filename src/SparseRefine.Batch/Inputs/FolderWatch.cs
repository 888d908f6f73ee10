using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Hands out the photos of a folder as they arrive, each once it is completely written, until it is stopped. Photos are found in two ways: by listing the whole folder
/// (at the start, every <see cref="ScoringOptions.Rescan"/>, and when the operating system reports lost notifications), and sooner by the operating system's notifications
/// of changed files. The listing alone finds every photo; a notification that never comes costs time only.
/// </summary>
internal sealed class FolderWatch : IWorkSource
{
    // A truncated file is left alone this many times as long as Settle, as its writer may have stalled.
    private const int StallFactor = 10;

    private readonly string _folder;
    private readonly string _output;
    private readonly ScoringOptions _options;
    private readonly IdSet _taken;
    private readonly WatchedNames _names;
    private readonly ConcurrentQueue<string> _changes = new();
    private readonly ConcurrentDictionary<string, FileStatus> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FileStatus Stamp, long Since)> _arriving = new(StringComparer.Ordinal);
    private volatile bool _isScanDue = true;

    /// <summary>Makes a source.</summary>
    /// <param name="options">The one folder to watch, how, and the files for each photo.</param>
    /// <param name="output">The output folder, full path; may lie in the other.</param>
    /// <param name="rule">Which names of results are one.</param>
    /// <param name="taken">The ids in the journal, sealed; those handed out are added.</param>
    /// <param name="reserved">The keys of their results, sealed.</param>
    /// <exception cref="InvalidInputException">No such folder, or the output folder.</exception>
    public FolderWatch(ScoringOptions options, string output, NameRule rule, IdSet taken, IdSet reserved)
    {
        string folder = options.Inputs.Paths[0];
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _output = output;
        _options = options;
        _taken = taken;
        Skipped = taken.Count;
        if (FileStatus.Of(_folder) is not FileStatus { Kind: FileKind.Folder } watched)
        {
            throw new InvalidInputException(folder, "a folder to watch", $"{(File.Exists(folder) ? "a file" : "no such folder")}");
        }

        if (FileStatus.AreSame(_folder, output))
        {
            throw new InvalidInputException(folder, "an output folder other than the watched folder", "the same");
        }

        _names = new WatchedNames(watched, output, options.Results, rule, reserved);
    }

    /// <inheritdoc/>
    public long? Total => null;

    /// <inheritdoc/>
    public long Skipped { get; }

    /// <summary>Whether notifications of the operating system are used; without them photos are found by listing alone.</summary>
    public bool IsNotified { get; init; } = true;

    // What the waits and the ages of files are measured with.
    private TimeProvider Time => _options.TimeProvider;

    /// <inheritdoc/>
    public async IAsyncEnumerable<WorkItem> Items([EnumeratorCancellation] CancellationToken stop)
    {
        using FileSystemWatcher? watcher = IsNotified ? Watch() : null;
        TimeSpan tick = TimeSpan.FromMilliseconds(Math.Clamp(_options.Settle.TotalMilliseconds / 4, 20, 500));
        long scanned = 0;
        while (true)
        {
            if (_isScanDue || Time.GetElapsedTime(scanned) >= _options.Rescan)
            {
                _isScanDue = false;
                foreach (WorkItem found in FolderScan.Photos(_folder, _output))
                {
                    WorkItem item = PhotoNames.Examined(found, _output);
                    stop.ThrowIfCancellationRequested();
                    if (item.Problem is not null)
                    {
                        if (_options.Shard?.Has(item.Id) != false && _taken.AddLater(item.Id))
                        {
                            yield return item;
                        }
                    }
                    else if (Look(item) is WorkItem ready)
                    {
                        yield return ready;
                    }
                }

                scanned = Time.GetTimestamp();
            }

            while (_changes.TryDequeue(out string? path))
            {
                Note(path);
            }

            foreach (string path in _arriving.Keys.ToArray())
            {
                if (Look(Item(path)) is WorkItem ready)
                {
                    yield return ready;
                }
            }

            await Task.Delay(tick, Time, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Failed(WorkItem item, FileStatus? read) => _failed[item.Id] = read ?? FileStatus.Of(item.Path) ?? default;

    /// <summary>Called when notifications were lost: the folder is listed again.</summary>
    public void LoseCount() => _isScanDue = true;

    // The item where it is ready now; where it will be later, it is remembered.
    private WorkItem? Look(WorkItem item)
    {
        if (_options.Shard?.Has(item.Id) == false || FileStatus.Of(item.Path) is not FileStatus stamp || IsTaken(item, stamp))
        {
            _arriving.Remove(item.Path);
            return null;
        }

        long now = Time.GetTimestamp();
        if (!_arriving.TryGetValue(item.Path, out (FileStatus Stamp, long Since) seen) || seen.Stamp != stamp)
        {
            seen = (stamp, now);
        }

        // By the file's own clock, which needs no second look, or by ours where that runs ahead.
        TimeSpan age = Time.GetUtcNow().UtcDateTime - stamp.Changed;
        TimeSpan watched = Time.GetElapsedTime(seen.Since, now);
        TimeSpan quiet = age > watched ? age : watched;
        if (quiet < _options.Settle || (quiet < _options.Settle * StallFactor && !IsWhole(item.Path)))
        {
            _arriving[item.Path] = seen;
            return null;
        }

        _arriving.Remove(item.Path);
        _failed.TryRemove(item.Id, out _);
        _taken.AddLater(item.Id);
        return _names.Claim(item);
    }

    private bool IsTaken(WorkItem item, FileStatus stamp) =>
        _taken.Contains(item.Id) && (!_failed.TryGetValue(item.Id, out FileStatus failed) || failed == stamp);

    private void Note(string path)
    {
        if (Directory.Exists(path))
        {
            // Moving a folder here gives a notification of the folder and none of its files.
            _isScanDue = true;
        }
        else if (IsOurs(path) && FileStatus.Of(path) is FileStatus stamp)
        {
            _arriving.TryAdd(path, (stamp, Time.GetTimestamp()));
        }
    }

    private bool IsOurs(string path)
    {
        string id = Item(path).Id;
        return PhotoProbe.IsPhoto(Path.GetFileName(path.AsSpan())) && !id.Split('/').Any(part => part.StartsWith('.'))
            && !IsOutput(Path.GetDirectoryName(path));
    }

    private bool IsOutput(string? folder)
    {
        for (; folder is not null && folder.Length > _folder.Length; folder = Path.GetDirectoryName(folder))
        {
            if (FileStatus.AreSame(folder, _output))
            {
                return true;
            }
        }

        return false;
    }

    private WorkItem Item(string path) => new(Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/'), path);

    private FileSystemWatcher? Watch()
    {
        FileSystemWatcher watcher = new(_folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size | NotifyFilters.LastWrite,
        };
        try
        {
            watcher.Created += (_, change) => _changes.Enqueue(change.FullPath);
            watcher.Changed += (_, change) => _changes.Enqueue(change.FullPath);
            watcher.Renamed += (_, change) => _changes.Enqueue(change.FullPath);
            watcher.Error += (_, _) => LoseCount();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException)
        {
            // Linux limits the folders that may be watched: without a watch photos are found by listing alone.
            watcher.Dispose();
            return null;
        }
    }

    // What is no file at all is never incomplete.
    private static bool IsWhole(string path)
    {
        try
        {
            if (FileStatus.Of(path)?.Kind == FileKind.File)
            {
                PhotoProbe.Read(path);
            }

            return true;
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
