using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// The photos of a job, listed once and divided into the lists of its slices, in memory that does not grow with their number (but by 16 bytes for each folder of photos): they are written to
/// temporary files and sorted there, about 300 bytes of disk a photo while it lasts. One thread at a time.
/// </summary>
/// <example>
/// <code>
/// using PhotoSlices photos = PhotoSlices.List(new ScoringInputs { Paths = ["photos"] }, "answers", new ScoringResults());
/// foreach (SliceList list in photos.Divide(40)) File.WriteAllBytes($"{list.Slice.Index}.jsonl", list.Content.Span);
/// </code>
/// </example>
public sealed class PhotoSlices : IDisposable
{
    /// <summary>Bytes that a slice's list may have.</summary>
    public const int MostListBytes = 32 << 20;

    /// <summary>Slices that a job may have.</summary>
    public const int MostSlices = 10_000_000;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-plan-").FullName;
    private readonly HashSet<ulong> _folders = [];
    private readonly ListExamples _examples = new();
    private UInt128 _sum;

    private PhotoSlices()
    {
    }

    /// <summary>Number of photos.</summary>
    public long Count { get; private set; }

    /// <summary>SHA-256 over ids and paths of all photos, whatever their order; lower-case hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Count} {_sum:x32}")));

    /// <summary>Paths of some photos, at most 16, from all over the list, to measure with.</summary>
    public IReadOnlyList<string> Examples => _examples.Paths;

    private string ListFile => Path.Combine(_folder, "photos.list");

    /// <summary>Lists a job's photos, and checks that no two have one id or write one file.</summary>
    /// <param name="inputs">The photos.</param>
    /// <param name="output">The folder or the address of the results, which are no input.</param>
    /// <param name="results">The files for each photo.</param>
    /// <param name="openStore">Opens the containers of addresses, once each; disposed at the end. Null: paths only.</param>
    /// <param name="cancellation">Ends the listing.</param>
    /// <returns>The photos; the caller disposes them, which deletes the temporary files.</returns>
    /// <exception cref="InvalidInputException">No photo, a bad list, two photos of one id or of one output file; both are named.</exception>
    /// <exception cref="IOException">No room for the temporary files.</exception>
    public static PhotoSlices List(
        ScoringInputs inputs, string output, ScoringResults results, Func<StoreAddress, ObjectStore>? openStore = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(results);
        PhotoSlices slices = new();
        JobFiles files = new(openStore);
        try
        {
            slices.Fill(InputItems.Read(inputs, StoreAddress.IsAddress(output) ? output : Path.GetFullPath(output), files), results, cancellation);
            return slices;
        }
        catch
        {
            slices.Dispose();
            throw;
        }
        finally
        {
            files.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Divides the photos into slices, as <see cref="Shard.Has"/> does.</summary>
    /// <param name="count">Number of slices, 1 to <see cref="MostSlices"/>.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The lists of all slices, in their order, one at a time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer or more slices.</exception>
    /// <exception cref="InvalidInputException">An id that is there twice, or a list beyond <see cref="MostListBytes"/>.</exception>
    public IEnumerable<SliceList> Divide(int count, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostSlices);
        return Lists(count, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Fill(IEnumerable<WorkItem> items, ScoringResults results, CancellationToken cancellation)
    {
        using ExternalSort names = new(_folder, "names");
        NameRule rule = NameRule.Of(_folder);
        using (BinaryWriter writer = new(new FileStream(ListFile, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20)))
        {
            foreach (WorkItem item in items)
            {
                cancellation.ThrowIfCancellationRequested();
                item.Write(writer);
                _sum += IdSet.Hash($"{item.Id}\0{item.Path}");
                if (item.Problem is null)
                {
                    foreach (string name in results.Names(item.Id))
                    {
                        names.Add(IdSet.Hash(rule.Key(name)), []);
                    }

                    AddFolders(item.Id, rule);
                    _examples.Add(item.Path);
                }

                Count++;
            }
        }

        if (Count == 0)
        {
            throw new InvalidInputException("inputs", "photos", "none");
        }

        UInt128? last = null;
        foreach ((UInt128 key, _) in names.Sorted())
        {
            cancellation.ThrowIfCancellationRequested();
            if (key == last || _folders.Contains((ulong)key))
            {
                ThrowClash(key, rule, results);
            }

            last = key;
        }
    }

    private IEnumerable<SliceList> Lists(int count, CancellationToken cancellation)
    {
        using ExternalSort sort = new(_folder, $"slices{count}-");
        MemoryStream record = new();
        BinaryWriter writer = new(record);
        foreach (WorkItem item in Read())
        {
            cancellation.ThrowIfCancellationRequested();
            record.SetLength(0);
            item.Write(writer);
            UInt128 hash = IdSet.Hash(item.Id);
            ulong slice = (ulong)(hash >> 64) % (ulong)count;
            sort.Add(((UInt128)slice << 96) | (hash >> 32), record.GetBuffer().AsSpan(0, (int)record.Length));
        }

        MemoryStream list = new();
        using Utf8JsonWriter json = new(list, Json);
        int at = 0;
        long photos = 0;
        (UInt128 Key, WorkItem Item) last = default;
        foreach ((UInt128 key, byte[] payload) in sort.Sorted())
        {
            cancellation.ThrowIfCancellationRequested();
            using BinaryReader reader = new(new MemoryStream(payload));
            WorkItem item = WorkItem.Read(reader);
            if (key == last.Key && item.Id == last.Item.Id)
            {
                throw new InvalidInputException("inputs", "each id once", $"'{item.Id}' for {last.Item.Path} and for {item.Path}");
            }

            last = (key, item);
            for (int slice = (int)(key >> 96); at < slice; at++)
            {
                yield return Take();
            }

            SliceList.Write(json, item);
            list.WriteByte((byte)'\n');
            photos++;
            if (list.Length > MostListBytes)
            {
                throw new InvalidInputException($"slice {at}/{count}", $"a list of at most {MostListBytes >> 20} MB", "more; take more slices");
            }
        }

        for (; at < count; at++)
        {
            yield return Take();
        }

        SliceList Take()
        {
            SliceList taken = new(new Shard(at, count), list.ToArray(), photos);
            list.SetLength(0);
            photos = 0;
            return taken;
        }
    }

    private void AddFolders(string id, NameRule rule)
    {
        for (int end = id.LastIndexOf('/'); end > 0 && _folders.Add((ulong)IdSet.Hash(rule.Key(id[..end]))); end = id.LastIndexOf('/', end - 1))
        {
        }
    }

    private void ThrowClash(UInt128 key, NameRule rule, ScoringResults results)
    {
        (string Id, string Path)? first = null;
        foreach ((string id, string path) in Read().Where(item => item.Problem is null).Select(item => (item.Id, item.Path)))
        {
            if (results.Names(id).FirstOrDefault(name => IdSet.Hash(rule.Key(name)) == key) is not string taken)
            {
                continue;
            }

            if (first is (string otherId, string otherPath))
            {
                throw otherId == id
                    ? new InvalidInputException("inputs", "each id once", $"'{id}' for {otherPath} and for {path}")
                    : new InvalidInputException("inputs", "one photo for each output file", $"{otherPath} and {path} for {taken}");
            }

            first = (id, path);
            if (_folders.Contains((ulong)key))
            {
                throw new InvalidInputException("inputs", "an output file of its own for each photo", $"{path} for {taken}, the folder of other results");
            }
        }
    }

    private IEnumerable<WorkItem> Read()
    {
        using BinaryReader reader = new(new FileStream(ListFile, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
        for (long i = 0; i < Count; i++)
        {
            yield return WorkItem.Read(reader);
        }
    }
}
