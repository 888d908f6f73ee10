using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>A bucket of S3 or of a server that speaks as S3 does, or what is below a prefix in it.</summary>
internal sealed class S3Store : CloudStore
{
    // Of an answer without what every server of S3 sends, which the client does not mind.
    internal const string Foreign = "an answer of no S3 server";

    private readonly string _bucket;
    private readonly Lazy<AmazonS3Client> _client;

    /// <summary>Makes a store.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="options">How it is reached.</param>
    public S3Store(StoreAddress address, ObjectStoreOptions options)
        : base(address, options)
    {
        _bucket = address.Container.Split('/')[^1];

        // Made at the first request: the client looks for its region and profile when it is made.
        _client = new Lazy<AmazonS3Client>(() => new AmazonS3Client(Config(options)), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ListObjectsV2Request wanted = new() { BucketName = _bucket, Prefix = Full(prefix) };
        ListObjectsV2Response page;
        do
        {
            page = await Ask(null, () => List(wanted, cancellation)).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                yield return new StoredObject(Relative(found.Key), found.Size ?? 0, Utc(found.LastModified));
            }

            wanted.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    protected override async Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation)
    {
        try
        {
            GetObjectMetadataRequest wanted = new() { BucketName = _bucket, Key = Full(key) };
            GetObjectMetadataResponse found = await Ask(key, () => _client.Value.GetObjectMetadataAsync(wanted, cancellation)).ConfigureAwait(false);
            return new StoredObject(key, found.ContentLength, Utc(found.LastModified));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override async Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation)
    {
        GetObjectRequest wanted = new() { BucketName = _bucket, Key = Full(key) };
        GetObjectResponse found = await Ask(key, () => _client.Value.GetObjectAsync(wanted, cancellation)).ConfigureAwait(false);
        return new ReopenedStream(
            found.ResponseStream,
            found.ContentLength,
            async (position, stop) => (await _client.Value.GetObjectAsync(
                new GetObjectRequest { BucketName = _bucket, Key = Full(key), EtagToMatch = found.ETag, ByteRange = new ByteRange($"bytes={position}-") }, stop)
                .ConfigureAwait(false)).ResponseStream,
            e => e is IOException ? Unreachable(e) : Meaning(e, key),
            Retries);
    }

    /// <inheritdoc/>
    protected override async Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation)
    {
        byte[] part = new byte[content.CanSeek ? Math.Clamp(content.Length - content.Position, 1, PartBytes) : PartBytes];
        int length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        S3Put put = new(_client.Value, _bucket, Full(key), replace, async () => await FindCoreAsync(key, cancellation).ConfigureAwait(false) is not null, e => Meaning(e, key) is not null);
        return await Ask(key, () => length < PartBytes ? put.Whole(part.AsMemory(0, length), cancellation) : put.Parts(part, content, cancellation)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task DeleteCoreAsync(string key, CancellationToken cancellation) =>
        Ask(key, () => _client.Value.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = Full(key) }, cancellation));

    /// <inheritdoc/>
    protected override Exception? Meaning(Exception e, string? key) => e switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => NoContainer("bucket", e),
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } when key is not null => NoObject(key, e),
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } when key is not null =>
            new IOException($"{AddressOf(key)}: expected the object that was opened, got one that was changed meanwhile", e),
        AmazonS3Exception { ErrorCode: "AccessDenied" or "InvalidObjectState" or "Forbidden" } denied when key is not null =>
            new UnauthorizedAccessException($"{AddressOf(key)} ({Place}): expected the right to use it, got {denied.ErrorCode}", e),
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } refused => NoRight($"those that the server refuses: {refused.ErrorCode}", e),
        AmazonS3Exception { StatusCode: 0 } => Unreachable(e),
        AmazonUnmarshallingException => Strange("an answer of S3", "something else", mayPass: false, e),
        AmazonServiceException failed => Strange(
            "an answer of S3", $"{(int)failed.StatusCode} {failed.ErrorCode}", failed.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError, e),
        AmazonClientException { Message: Foreign } => Strange("an answer of S3", "something else", mayPass: false, e),
        AmazonClientException when InnermostIsNetwork(e) => Unreachable(e),
        AmazonClientException => NoRight($"none: {e.Message}", e),
        HttpRequestException or TaskCanceledException { InnerException: TimeoutException } => Unreachable(e),
        _ => null,
    };

    private async Task<ListObjectsV2Response> List(ListObjectsV2Request wanted, CancellationToken cancellation)
    {
        ListObjectsV2Response page = await _client.Value.ListObjectsV2Async(wanted, cancellation).ConfigureAwait(false);
        return page.Name is null ? throw new AmazonClientException(Foreign) : page;
    }

    private static AmazonS3Config Config(ObjectStoreOptions options)
    {
        AmazonS3Config config = new()
        {
            // Servers of other makers know no checksums but those that a request must have.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        string region = FallbackRegionFactory.GetRegionEndpoint()?.SystemName ?? "us-east-1";
        if (options.Endpoint is Uri endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = region;
            config.ForcePathStyle = true;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    private static bool InnermostIsNetwork(Exception e) =>
        e is HttpRequestException or System.Net.Sockets.SocketException or TimeoutException || (e.InnerException is Exception inner && InnermostIsNetwork(inner));

    private static DateTime Utc(DateTime? time) => time?.ToUniversalTime() ?? DateTime.UnixEpoch;
}
