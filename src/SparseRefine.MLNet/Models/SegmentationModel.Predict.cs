using System.Diagnostics;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <content>Predictions.</content>
public sealed partial class SegmentationModel
{
    /// <summary>Labels every pixel of a photo file.</summary>
    /// <param name="path">JPEG, PNG, WebP, BMP or TIFF; read once.</param>
    /// <param name="parts">What the result is to hold at once; whatever it lacks is computed when it is asked for.</param>
    /// <param name="cancellation">Ends the prediction, also within the dense model.</param>
    /// <returns>The result, which owns the decoded photo; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">A photo that is missing, truncated, damaged or too large, or that the model cannot take.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationResult Predict(string path, RefinementParts parts = RefinementParts.None, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Predict(() => PhotoReader.Read(path, _options.MaxPixels, _remarks.Tell), parts, cancellation);
    }

    /// <summary>Labels every pixel of a photo from a stream.</summary>
    /// <param name="stream">The photo file's bytes; read to the end, stays open.</param>
    /// <param name="name">What errors call the photo.</param>
    /// <param name="parts">As for a path.</param>
    /// <param name="cancellation">As for a path.</param>
    /// <returns>As for a path.</returns>
    /// <exception cref="InvalidInputException">As for a path.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationResult Predict(
        Stream stream, string name = "photo", RefinementParts parts = RefinementParts.None, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Predict(
            () =>
            {
                using MemoryStream bytes = new();
                stream.CopyTo(bytes);
                return PhotoReader.Decode(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), name, _options.MaxPixels, _remarks.Tell);
            },
            parts,
            cancellation);
    }

    /// <summary>Labels every pixel of a photo from memory.</summary>
    /// <param name="bytes">The photo file's bytes; not kept.</param>
    /// <param name="name">What errors call the photo.</param>
    /// <param name="parts">As for a path.</param>
    /// <param name="cancellation">As for a path.</param>
    /// <returns>As for a path.</returns>
    /// <exception cref="InvalidInputException">As for a path.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationResult Predict(
        ReadOnlyMemory<byte> bytes, string name = "photo", RefinementParts parts = RefinementParts.None, CancellationToken cancellation = default) =>
        Predict(() => PhotoReader.Decode(bytes, name, _options.MaxPixels, _remarks.Tell), parts, cancellation);

    /// <summary>Labels every pixel of a decoded photo.</summary>
    /// <param name="photo">The photo, which stays the caller's and must live as long as the result is used.</param>
    /// <param name="parts">As for a path.</param>
    /// <param name="cancellation">As for a path.</param>
    /// <returns>The result.</returns>
    /// <exception cref="InvalidInputException">The model cannot take the photo.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public SegmentationResult Predict(MLImage photo, RefinementParts parts = RefinementParts.None, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(photo);
        Enter();
        try
        {
            return Score(photo, parts, 0, ownsPhoto: false, cancellation);
        }
        finally
        {
            _sessions.Leave();
        }
    }

    private SegmentationResult Predict(Func<MLImage> decode, RefinementParts parts, CancellationToken cancellation)
    {
        Enter();
        try
        {
            long start = Stopwatch.GetTimestamp();
            MLImage photo = decode();
            try
            {
                double decoding = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                return Score(photo, parts, decoding, ownsPhoto: true, cancellation);
            }
            catch
            {
                photo.Dispose();
                throw;
            }
        }
        finally
        {
            _sessions.Leave();
        }
    }

    // A model's own complaint, such as that it cannot run at a size, gets the photo's name.
    private SegmentationResult Score(MLImage photo, RefinementParts parts, double decoding, bool ownsPhoto, CancellationToken cancellation)
    {
        try
        {
            return new SegmentationResult(photo, Classes, _parts.Interpolation, _scorer, _scorer.Score(photo, parts, cancellation), decoding, ownsPhoto);
        }
        catch (ObjectDisposedException e) when (!Volatile.Read(ref _isDisposed))
        {
            throw new ObjectDisposedException(
                $"{Name}: expected a session that only the model ends, got one ended from outside: a PredictionEngine over its Transformer needs PredictionEngineOptions.OwnsTransformer = false", e);
        }
        catch (InvalidInputException e) when (photo.Tag is { Length: > 0 } name && !e.InputSource.Contains(name, StringComparison.Ordinal))
        {
            throw new InvalidInputException(name, e);
        }
    }
}
