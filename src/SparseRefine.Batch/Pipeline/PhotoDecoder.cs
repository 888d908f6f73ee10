using Microsoft.ML.Data;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Reads and decodes photos. Every byte is read once, so what is checked is what is decoded, whoever changes the file meanwhile. Thread-safe.</summary>
/// <param name="files">Reads them.</param>
/// <param name="maxPixels">Larger photos are refused by their header.</param>
internal sealed class PhotoDecoder(JobFiles files, long maxPixels)
{
    private string? _remark;

    /// <summary>What the first photo with further pages has beyond its image; null for none so far.</summary>
    public string? Remark => Volatile.Read(ref _remark);

    /// <summary>Reads a photo.</summary>
    /// <param name="clock">The photo; its time goes to <see cref="Stage.Decode"/>.</param>
    /// <param name="cancellation">Ends the reading of a photo from a store.</param>
    /// <returns>The photo; the caller disposes it.</returns>
    /// <exception cref="PhotoFailedException">It cannot be read or decoded, or is too large.</exception>
    /// <exception cref="ObjectStoreException">Its store cannot be used.</exception>
    /// <exception cref="MachineTrouble">No memory or threads.</exception>
    public DecodedPhoto Decode(StageClock clock, CancellationToken cancellation) => clock.Run(Stage.Decode, () =>
    {
        // Looked at before it is read: where it changes meanwhile, a resumed job takes it for changed.
        string path = clock.Item.Path;
        try
        {
            clock.Input = files.Status(path, cancellation);
            return new DecodedPhoto(clock, Decode(path, cancellation));
        }
        catch (UnauthorizedAccessException e)
        {
            throw Failure(path, e);
        }
    });

    private MLImage Decode(string path, CancellationToken cancellation)
    {
        try
        {
            ThrowUnlessFile(path);
            return files.ReadPhoto(path, maxPixels, text => Interlocked.CompareExchange(ref _remark, text, null), cancellation);
        }
        catch (Exception e)
        {
            throw Failure(path, e);
        }
    }

    // What is no file at all is unreadable, not a damaged photo.
    private static void ThrowUnlessFile(string path)
    {
        try
        {
            PhotoProbe.ThrowUnlessFile(path);
        }
        catch (InvalidInputException e)
        {
            throw new PhotoFailedException(FailureReason.Unreadable, OneLine.Of(e.Message), e);
        }
    }

    private static Exception Failure(string path, Exception e) => e switch
    {
        ObjectStoreException or OperationCanceledException => e,
        FileNotFoundException or DirectoryNotFoundException
            => new PhotoFailedException(FailureReason.Missing, $"{path}: expected a photo, got no such file", e),
        IOException or UnauthorizedAccessException
            => new PhotoFailedException(FailureReason.Unreadable, $"{path}: expected a readable file, got {OneLine.Of(e.Message)}", e),
        _ => PhotoFailedException.Of(path, Reason(InvalidInputException.Find(e)?.Fault), e),
    };

    private static FailureReason Reason(InputFault? fault) => fault switch
    {
        InputFault.Missing => FailureReason.Missing,
        InputFault.Truncated => FailureReason.Truncated,
        InputFault.TooLarge => FailureReason.TooLarge,
        _ => FailureReason.Damaged,
    };
}
