using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace SparseRefine.Cluster;

/// <summary>Puts one object into a bucket of S3, whole or not at all. Used once.</summary>
/// <param name="client">The client; the caller's.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="key">The object, as the bucket knows it.</param>
/// <param name="replace">Whether one that is there is replaced; else it stays.</param>
/// <param name="isThere">Looks whether one is there.</param>
/// <param name="isTrouble">Whether an exception is the client's.</param>
internal sealed class S3Put(AmazonS3Client client, string bucket, string key, bool replace, Func<Task<bool>> isThere, Func<Exception, bool> isTrouble)
{
    private const int PartsOfOneSize = 1000;
    private static readonly TimeSpan ConflictPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Puts an object by one request.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>False where one is there already and stays.</returns>
    public Task<bool> Whole(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => Conditionally(async () =>
    {
        PutObjectRequest put = new()
        {
            BucketName = bucket,
            Key = key,
            InputStream = new MemoryStream(bytes.ToArray(), writable: false),
            IfNoneMatch = replace ? null : "*",
            UseChunkEncoding = false,
        };
        if ((await client.PutObjectAsync(put, cancellation).ConfigureAwait(false)).ETag is null)
        {
            throw new AmazonClientException(S3Store.Foreign);
        }
    });

    /// <summary>Puts an object in parts. It appears with their completion; what was sent of an upload that fails is taken back.</summary>
    /// <param name="part">The first part, whose memory the following ones take.</param>
    /// <param name="content">The rest.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>False where one is there already and stays.</returns>
    public async Task<bool> Parts(byte[] part, Stream content, CancellationToken cancellation)
    {
        if (!replace && await isThere().ConfigureAwait(false))
        {
            return false;
        }

        string upload = (await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key }, cancellation).ConfigureAwait(false)).UploadId;
        bool isDone = false;
        try
        {
            List<PartETag> parts = [];
            for (int length = part.Length; length > 0; length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false))
            {
                UploadPartResponse sent = await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = parts.Count + 1,
                        PartSize = length,
                        InputStream = new MemoryStream(part, 0, length, writable: false),
                        UseChunkEncoding = false,
                    },
                    cancellation).ConfigureAwait(false);
                parts.Add(new PartETag(parts.Count + 1, sent.ETag));

                // A bucket takes 10,000 parts.
                if (parts.Count % PartsOfOneSize == 0)
                {
                    part = new byte[part.Length * 2];
                }
            }

            isDone = await Conditionally(async () =>
            {
                // Servers from before 2024 take no condition with the completion and would replace.
                if (!replace && await isThere().ConfigureAwait(false))
                {
                    throw new AmazonS3Exception("there already") { StatusCode = HttpStatusCode.PreconditionFailed };
                }

                CompleteMultipartUploadRequest complete = new() { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts, IfNoneMatch = replace ? null : "*" };
                await client.CompleteMultipartUploadAsync(complete, cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return isDone;
        }
        finally
        {
            if (!isDone)
            {
                await Abort(upload).ConfigureAwait(false);
            }
        }
    }

    private async Task Abort(string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (isTrouble(e))
        {
            // A bucket's rule for uploads that were not completed clears it away.
        }
    }

    private async Task<bool> Conditionally(Func<Task> put)
    {
        while (true)
        {
            try
            {
                await put().ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception e) when (!replace && e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (AmazonS3Exception e) when (!replace && e.ErrorCode == "ConditionalRequestConflict")
            {
                // Another put of the same object is under way, which may fail yet.
                if (await isThere().ConfigureAwait(false))
                {
                    return false;
                }

                await Task.Delay(ConflictPause).ConfigureAwait(false);
            }
        }
    }
}
