using System.Buffers;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Reads and decodes photos. Every byte is read once, so what is checked is what is decoded, whoever changes the file meanwhile. Thread-safe.</summary>
/// <param name="maxPixels">Larger photos are refused by their header.</param>
internal sealed class PhotoDecoder(long maxPixels)
{
    /// <summary>Reads a photo.</summary>
    /// <param name="clock">The photo; its time goes to <see cref="Stage.Decode"/>.</param>
    /// <returns>The photo; the caller disposes it.</returns>
    /// <exception cref="PhotoFailedException">It cannot be read or decoded, or is too large.</exception>
    /// <exception cref="MachineTrouble">No memory or threads.</exception>
    public DecodedPhoto Decode(StageClock clock) => clock.Run(Stage.Decode, () =>
    {
        // Looked at before it is read: where it changes meanwhile, a resumed job takes it for changed.
        clock.Input = FileStatus.Of(clock.Item.Path);
        return new DecodedPhoto(clock, Decode(clock.Item.Path));
    });

    private MLImage Decode(string path)
    {
        byte[] buffer = [];
        try
        {
            ThrowUnlessFile(path);
            int length;
            using (FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1))
            {
                length = checked((int)file.Length);
                buffer = ArrayPool<byte>.Shared.Rent(length);
                length = file.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
            }

            PhotoSize size = PhotoProbe.Read(buffer.AsMemory(0, length), path, long.MaxValue);
            if (size.Pixels > maxPixels)
            {
                throw new PhotoFailedException(
                    FailureReason.TooLarge, $"{path}: expected at most {maxPixels} pixels, got {size} = {size.Pixels}");
            }

            return PhotoReader.Decode(buffer.AsMemory(0, length), path, maxPixels);
        }
        catch (Exception e)
        {
            throw Failure(path, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
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
        FileNotFoundException or DirectoryNotFoundException
            => new PhotoFailedException(FailureReason.Missing, $"{path}: expected a photo, got no such file", e),
        IOException or UnauthorizedAccessException or OverflowException
            => new PhotoFailedException(FailureReason.Unreadable, $"{path}: expected a readable file, got {OneLine.Of(e.Message)}", e),
        _ => PhotoFailedException.Of(path, FailureReason.Damaged, e),
    };
}
