using System.Globalization;
using SparseRefine.Batch;
using SparseRefine.MLNet;

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
    private double _sum;
    private int _photos;

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
