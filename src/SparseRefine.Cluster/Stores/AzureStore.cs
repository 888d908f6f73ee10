using System.Runtime.CompilerServices;
using System.Xml;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>A container of Azure's blob storage, or what is below a prefix in it.</summary>
internal sealed class AzureStore : CloudStore
{
    private readonly AzureAccount _account;
    private readonly string _name;
    private readonly BlobClientOptions _options;
    private BlobContainerClient? _container;

    /// <summary>Makes a store.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="options">How it is reached.</param>
    public AzureStore(StoreAddress address, ObjectStoreOptions options)
        : base(address, options)
    {
        string[] parts = address.Container.Split('/');
        _name = parts[^1];
        _account = AzureAccount.Find(parts[^2], options.Endpoint);
        _options = new BlobClientOptions
        {
            Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            { Timeout = Timeout.InfiniteTimeSpan }),
        };
        _options.Retry.MaxRetries = Retries;
        _options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        _options.Diagnostics.IsLoggingEnabled = false;
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        BlobContainerClient container = await Container(cancellation).ConfigureAwait(false);
        GetBlobsOptions wanted = new() { Prefix = Full(prefix) };
        await using IAsyncEnumerator<Page<BlobItem>> pages = container.GetBlobsAsync(wanted, cancellation).AsPages().GetAsyncEnumerator(cancellation);
        while (await Ask(null, () => pages.MoveNextAsync().AsTask()).ConfigureAwait(false))
        {
            foreach (BlobItem blob in pages.Current.Values)
            {
                yield return new StoredObject(Relative(blob.Name), blob.Properties.ContentLength ?? 0, blob.Properties.LastModified?.UtcDateTime ?? DateTime.UnixEpoch);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation)
    {
        BlobClient blob = await Blob(key, cancellation).ConfigureAwait(false);
        try
        {
            BlobProperties found = await Ask(key, async () => (await blob.GetPropertiesAsync(null, cancellation).ConfigureAwait(false)).Value).ConfigureAwait(false);
            return new StoredObject(key, found.ContentLength, found.LastModified.UtcDateTime);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override async Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation)
    {
        BlobClient blob = await Blob(key, cancellation).ConfigureAwait(false);
        BlobDownloadStreamingResult found = await Ask(
            key, async () => (await blob.DownloadStreamingAsync(null, cancellation).ConfigureAwait(false)).Value).ConfigureAwait(false);
        BlobRequestConditions same = new() { IfMatch = found.Details.ETag };
        return new ReopenedStream(
            found.Content,
            found.Details.ContentLength,
            async (position, stop) =>
            {
                BlobDownloadOptions rest = new() { Range = new HttpRange(position), Conditions = same };
                return (await blob.DownloadStreamingAsync(rest, stop).ConfigureAwait(false)).Value.Content;
            },
            e => e is IOException ? Unreachable(e) : Meaning(e, key),
            Retries);
    }

    /// <inheritdoc/>
    protected override async Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation)
    {
        BlobClient blob = await Blob(key, cancellation).ConfigureAwait(false);
        BlobUploadOptions upload = new()
        {
            Conditions = replace ? null : new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = new StorageTransferOptions { InitialTransferSize = PartBytes, MaximumTransferSize = PartBytes, MaximumConcurrency = 1 },
        };
        return await Ask(key, async () =>
        {
            try
            {
                await blob.UploadAsync(content, upload, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException e) when (!replace && (e.Status == 412 || e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == "UnauthorizedBlobOverwrite"))
            {
                return false;
            }
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task DeleteCoreAsync(string key, CancellationToken cancellation)
    {
        BlobClient blob = await Blob(key, cancellation).ConfigureAwait(false);
        await Ask(key, () => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, null, cancellation)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Exception? Meaning(Exception e, string? key) => e switch
    {
        RequestFailedException { Status: 0 } => Unreachable(e),
        RequestFailedException { ErrorCode: "ContainerNotFound" or "ContainerBeingDeleted" or "ContainerDisabled" } => NoContainer("container", e),
        RequestFailedException { ErrorCode: "BlobNotFound" } when key is not null => NoObject(key, e),
        RequestFailedException { ErrorCode: "BlobArchived" or "BlobBeingRehydrated" } blob when key is not null =>
            new UnauthorizedAccessException($"{AddressOf(key)}: expected a blob that can be read, got {blob.ErrorCode}", e),
        RequestFailedException { Status: 412 } when key is not null => new IOException($"{AddressOf(key)}: expected the blob that was opened, got one that was changed meanwhile", e),
        RequestFailedException { Status: 401 or 403 } refused => NoRight($"{_account.Credentials}, which the server refuses: {refused.ErrorCode ?? "no reason"}", e),
        RequestFailedException failed => Strange("an answer of Azure's blob storage", $"{failed.Status} {failed.ErrorCode}", failed.Status is 408 or 429 or >= 500, e),
        AuthenticationFailedException => NoRight("none: Azure.Identity's chain failed", e),
        AggregateException or HttpRequestException or TaskCanceledException { InnerException: TimeoutException } => Unreachable(e),

        // The client takes headers for granted that only such a server sends.
        XmlException or NullReferenceException => Strange("an answer of Azure's blob storage", "something else", mayPass: false, e),
        _ => null,
    };

    private async Task<BlobClient> Blob(string key, CancellationToken cancellation) =>
        (await Container(cancellation).ConfigureAwait(false)).GetBlobClient(Full(key));

    // Found out at the first request: whether a machine has an identity shows when its token is asked for.
    private async Task<BlobContainerClient> Container(CancellationToken cancellation) =>
        _container ??= await Ask(null, () => _account.Open(_name, _options, cancellation)).ConfigureAwait(false);
}
