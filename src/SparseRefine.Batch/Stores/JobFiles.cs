using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.ML.Data;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// What a job is given, by path or by address: files are read as files, objects from their stores, each container of which is opened once. Thread-safe; blocks, as the stages of a job do.
/// </summary>
/// <param name="open">Opens a container; null where no address can be given.</param>
internal sealed class JobFiles(Func<StoreAddress, ObjectStore>? open) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ObjectStore>> _stores = new(StringComparer.Ordinal);

    /// <summary>The container of an address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The container's store; stays this object's.</returns>
    /// <exception cref="InvalidInputException">Nobody can open it.</exception>
    public ObjectStore ContainerOf(StoreAddress address) => _stores.GetOrAdd(
        address.Container,
        container => new Lazy<ObjectStore>(() => open is null
            ? throw new InvalidInputException(address.ToString(), "a file or folder, as this program opens no stores (ScoringOptions.OpenStore)", "an address")
            : open(StoreAddress.Parse(container)))).Value;

    /// <summary>What stands at a path or an address.</summary>
    /// <param name="path">The path or address.</param>
    /// <param name="cancellation">Ends the look at a store.</param>
    /// <returns>Null where nothing does.</returns>
    public FileStatus? Status(string path, CancellationToken cancellation = default)
    {
        if (!StoreAddress.IsAddress(path))
        {
            return FileStatus.Of(path);
        }

        StoreAddress address = StoreAddress.Parse(path);
        return ContainerOf(address).FindAsync(address.Prefix, cancellation).GetAwaiter().GetResult() is StoredObject found
            ? new FileStatus(FileKind.File, found.Length, found.Changed, found.Changed, 0, 0)
            : null;
    }

    /// <summary>Opens a file or an object.</summary>
    /// <param name="path">The path or address.</param>
    /// <param name="cancellation">Ends the opening of an object.</param>
    /// <returns>Its bytes; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public Stream Open(string path, CancellationToken cancellation = default)
    {
        if (!StoreAddress.IsAddress(path))
        {
            return File.OpenRead(path);
        }

        StoreAddress address = StoreAddress.Parse(path);
        return ContainerOf(address).OpenAsync(address.Prefix, cancellation).GetAwaiter().GetResult();
    }

    /// <summary>Reads and decodes a photo.</summary>
    /// <param name="path">The path or address.</param>
    /// <param name="maxPixels">Larger ones are refused by their header.</param>
    /// <param name="remark">Told what of the file is not in the image.</param>
    /// <param name="cancellation">Ends the reading of an object.</param>
    /// <returns>The image; the caller disposes it.</returns>
    public MLImage ReadPhoto(string path, long maxPixels, Action<string> remark, CancellationToken cancellation)
    {
        if (!StoreAddress.IsAddress(path))
        {
            return PhotoReader.Read(path, maxPixels, remark);
        }

        using Stream content = Open(path, cancellation);
        if (content.Length > Array.MaxLength)
        {
            throw new InvalidInputException(path, $"an object of at most {Array.MaxLength} bytes", $"{content.Length}") { Fault = InputFault.TooLarge };
        }

        // Memory that the next photo takes again.
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)content.Length);
        try
        {
            Memory<byte> bytes = buffer.AsMemory(0, (int)content.Length);
            int read = content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).AsTask().GetAwaiter().GetResult();
            return PhotoReader.Decode(bytes[..read], path, maxPixels, remark);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Opens the model of a job.</summary>
    /// <param name="path">The path or address.</param>
    /// <param name="machine">Matters of the machine.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">No such model, or a bad one.</exception>
    public SegmentationModel OpenModel(string path, SegmentationModelOptions machine)
    {
        if (!StoreAddress.IsAddress(path))
        {
            return SegmentationModel.Load(path, machine);
        }

        try
        {
            using Stream content = Open(path);
            using MemoryStream bytes = new();
            content.CopyTo(bytes);
            return SegmentationModel.Load(bytes.ToArray(), path, machine);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(path, "a model", "no such object", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<ObjectStore> store in _stores.Values)
        {
            if (store.IsValueCreated)
            {
                await store.Value.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
