using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>Encodes the answers of one photo after the other and puts the files in place. One thread at a time.</summary>
/// <param name="results">The files for each photo.</param>
/// <param name="place">Where they go.</param>
/// <param name="classes">Names and colors; null where the model has none.</param>
/// <param name="modelHash">SHA-256 of the model.</param>
internal sealed class ResultWriter(ScoringResults results, ResultPlace place, ClassList? classes, string modelHash) : IDisposable
{
    private readonly SegmentationPainter _painter = new(classes, results.Painting);
    private readonly MemoryStream _bytes = new();

    /// <summary>Writes the files of a photo.</summary>
    /// <param name="work">The photo, which stays the caller's.</param>
    /// <returns>What goes to the journal, once the folders are flushed.</returns>
    /// <exception cref="PhotoFailedException">The answers do not give what was asked for.</exception>
    /// <exception cref="MachineTrouble">No memory or threads.</exception>
    /// <exception cref="IOException">A file cannot be written, or the store cannot be used.</exception>
    public WrittenWork Write(ScoredWork work)
    {
        HashSet<string> folders = new(StringComparer.Ordinal);
        (string Name, string Hash, long Bytes)[] outputs = work.Clock.Run(Stage.Encode, () => WriteFiles(work, folders));
        JournalEntry entry = new()
        {
            Id = work.Clock.Item.Id,
            Path = work.Clock.Item.Path,
            Width = work.Image.Width,
            Height = work.Image.Height,
            Shares = Shares(work.Result.Shares),
            Density = work.Result.Density is double density ? Math.Round(density, 6) : null,
            Ms = work.Clock.ToTimes(),
            Outputs = outputs.ToDictionary(file => file.Name, file => file.Hash),
            OutputBytes = outputs.ToDictionary(file => file.Name, file => file.Bytes),
            InputBytes = work.Clock.Input?.Length,
            InputTime = work.Clock.Input?.Changed,
            Model = modelHash,
            Time = DateTime.UtcNow,
        };
        return new WrittenWork(work, entry, folders, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private (string Name, string Hash, long Bytes)[] WriteFiles(ScoredWork work, HashSet<string> folders)
    {
        List<ResultFile> files = [];
        if (place.Refusal(work.Clock.Item.Id) is string link)
        {
            throw Refused(work, $"expected its results within the output folder, got {link}");
        }

        try
        {
            string[] names = [.. results.Names(work.Clock.Item.Id)];
            int next = 0;
            Add(stream => WriteIndex(work.Labels, stream));
            if (results.Overlay)
            {
                Add(stream => WriteOverlay(work, stream));
            }

            if (results.Entropy)
            {
                Add(stream => IndexPng.Write(Entropies(work).Grey, stream));
            }

            if (results.Mask)
            {
                Add(stream => IndexPng.Write(SegmentationPainter.Mask(Selection(work)), stream));
            }

            place.ThrowIfGone();
            List<(string Name, string Hash, long Bytes)> outputs = [];
            foreach (ResultFile file in files)
            {
                (string hash, long bytes) = file.Commit(work.Clock.Input, folders);
                outputs.Add((file.Key, hash, bytes));
            }

            return [.. outputs];

            void Add(Action<Stream> encode)
            {
                _bytes.SetLength(0);
                encode(_bytes);
                files.Add(place.Begin(names[next++], _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length)));
            }
        }
        catch (Exception e) when (MachineTrouble.Find(e) is not null)
        {
            throw new MachineTrouble(work.Clock.Item.Path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && results.Names(work.Clock.Item.Id).Select(place.Obstacle).FirstOrDefault(found => found is not null) is string obstacle)
        {
            throw Refused(work, $"expected room for its results in the output folder, got {obstacle}");
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private void WriteIndex(LabelMap labels, Stream stream)
    {
        if (results.IndexBits == 16)
        {
            IndexPng.WriteGrey16(labels, stream);
        }
        else
        {
            IndexPng.Write(labels, stream, _painter.Palette);
        }
    }

    private void WriteOverlay(ScoredWork work, Stream stream)
    {
        ImageView photo = work.Image.AsView();
        if (work.Labels.Height != photo.Height || work.Labels.Width != photo.Width)
        {
            throw Refused(work, $"expected an answer of the photo's size {photo.Height}x{photo.Width} for its overlay, got {work.Labels.Height}x{work.Labels.Width}");
        }

        using MLImage overlay = _painter.Overlay(photo, work.Labels);
        overlay.WritePng(stream);
    }

    private static EntropyMap Entropies(ScoredWork work)
    {
        try
        {
            return work.Result.Entropy();
        }
        catch (NotSupportedException)
        {
            throw Refused(work, "expected a pipeline with a dense model's scores for its entropy, got one without");
        }
    }

    private static PixelSelection Selection(ScoredWork work) =>
        work.Selection ?? throw Refused(work, "expected a pipeline with a refiner for its mask, got one without");

    private static PhotoFailedException Refused(ScoredWork work, string message) => new(FailureReason.Refused, $"{work.Clock.Item.Path}: {message}");

    private Dictionary<string, double> Shares(IReadOnlyList<double> shares)
    {
        Dictionary<string, double> named = [];
        for (int c = 0; c < shares.Count; c++)
        {
            if (shares[c] > 0)
            {
                named[c < classes?.Count ? classes.Names[c] : c.ToString(CultureInfo.InvariantCulture)] = Math.Round(shares[c], 6);
            }
        }

        return named;
    }
}
