using System.Diagnostics;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Writes <c>report.html</c> while a job runs: one page without external resources, in light and dark, for a browser and for paper. Totals, histograms, class shares,
/// the slowest, the densest and the failed photos, and a few drawn as photo, low-resolution answer, selected pixels and refined answer behind a movable divider.
/// </summary>
/// <remarks>
/// The page is written at most every ten seconds and at the end. What it says comes from the journal, so that a resumed job's page tells of
/// the whole job; the small photos wait in the folder <c>.thumbnails</c> beside it. Memory does not grow with the number of photos. Drawing a photo of 8 megapixels takes about
/// a quarter of a second, and only those are drawn that the page shows at the time. A page or a photo that cannot be drawn or written is no failure of the job: see <see cref="Problem"/>.
/// </remarks>
public sealed class HtmlReport : IScoringObserver
{
    /// <summary>Name of the page within its folder.</summary>
    public const string FileName = "report.html";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly string _folder;
    private readonly ThumbnailStore _thumbnails;
    private readonly ReportTotals _totals = new();
    private SegmentationPainter _painter = new();
    private ScoringJobInfo? _info;
    private long _started;
    private long _written;
    private long _scored;

    /// <summary>Makes a report; nothing is written before the job starts.</summary>
    /// <param name="folder">The page's folder, made where it is missing. One job a folder.</param>
    public HtmlReport(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _thumbnails = new ThumbnailStore(Path.Combine(_folder, ".thumbnails"));
    }

    /// <summary>The first thing that could not be drawn or written, as a line of text; null where all could.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public RefinementParts Parts => RefinementParts.Selection;

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        _info = info;
        _painter = new SegmentationPainter(info.Classes, info.Results.Painting);
        if (info.Skipped > 0)
        {
            foreach (JournalEntry entry in JournalFile.Read(info.JournalFile))
            {
                _totals.Add(entry);
            }
        }

        _started = Stopwatch.GetTimestamp();
        Try(() =>
        {
            _thumbnails.Open();
            _thumbnails.KeepOnly(_totals.ToDraw.Select(e => e.Id));
            Write(null);
        });
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(result);
        _totals.Add(entry);
        _scored++;
        Try(() =>
        {
            if (_totals.ToDraw.Any(e => e.Id == entry.Id))
            {
                _thumbnails.Add(entry.Id, _painter, result);
                _thumbnails.KeepOnly(_totals.ToDraw.Select(e => e.Id));
            }

            WriteIfDue();
        });
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        _totals.Add(failed);
        Try(WriteIfDue);
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        Try(() => Write(summary));
    }

    // Whatever goes wrong with a page, the job it is about goes on.
    private void Try(Action draw)
    {
        try
        {
            draw();
        }
        catch (Exception e)
        {
            Problem ??= $"{Path.Combine(_folder, FileName)}: expected to be written, got {OneLine.Of(e.Message)}";
        }
    }

    private void WriteIfDue()
    {
        if (Stopwatch.GetElapsedTime(_written) >= Interval)
        {
            Write(null);
        }
    }

    private void Write(ScoringSummary? summary)
    {
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        string page = ReportPage.Write(_info!, _totals, _thumbnails, _painter.Palette, summary, seconds > 0 ? _scored / seconds : 0);
        AtomicFile.Write(Path.Combine(_folder, FileName), page);
        _written = Stopwatch.GetTimestamp();
    }
}
