using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Batch;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>
/// Says once that a job refines nearly all pixels: then it is slower than the dense model at full resolution, mostly since scores were taken for
/// what they are not.
/// </summary>
/// <param name="error">Where the line goes.</param>
internal sealed class SelectionWarning(TextWriter error) : IScoringObserver
{
    /// <summary>A larger share of selected pixels is warned of.</summary>
    public const double Most = 0.9;

    /// <summary>What the share may come from.</summary>
    public const string Reasons = "the selector's threshold is too low, or the dense model's scores are not what they are taken for (--scores, --mean, --std when it was fitted)";

    private const int First = 5;
    private const int Tried = 2;
    private double _sum;
    private int _photos;

    /// <summary>Warns before a training: its first epoch may take an hour.</summary>
    /// <param name="console">Where the line goes.</param>
    /// <param name="dense">The dense model.</param>
    /// <param name="selector">The selector; a learned one is not tried.</param>
    /// <param name="photos">The photos, of which the first are tried.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void Try(
        IAnsiConsole console, DenseModel dense, IPixelSelector selector, IReadOnlyList<LabelledPhoto> photos, CancellationToken cancellation)
    {
        // A learned selector is trained first.
        if (selector.Describe().StartsWith("learned", StringComparison.Ordinal))
        {
            return;
        }

        Workers workers = new(0);
        double[] shares = [.. photos.Take(Tried).Select(photo =>
        {
            using MLImage image = PhotoReader.Read(photo.ImagePath);
            PixelSelection selection = selector.Select(dense.Run(image.AsView(), cancellation), image.Height, image.Width, workers);
            return selection.Sites.Count / ((double)image.Height * image.Width);
        })];
        if (shares.Average() > Most)
        {
            console.WriteLine(FormattableString.Invariant($"warning: {shares.Average():0%} of the pixels of the first {shares.Length} photos are selected: {Reasons}"));
        }
    }

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        if (entry.Density is double density && _photos < First)
        {
            _sum += density;
            if (++_photos == First)
            {
                Tell();
            }
        }
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
        if (_photos is > 0 and < First)
        {
            Tell();
        }
    }

    private void Tell()
    {
        if (_sum / _photos > Most)
        {
            error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"warning: {_sum / _photos:0%} of the pixels of the first {_photos} photos are selected: {Reasons}"));
        }
    }
}
