using System.Diagnostics;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Writes <c>report.html</c> while a job runs: one page without external resources, in light and dark, for a browser and for paper. Totals, histograms, class shares,
/// the slowest, the densest and the failed images, and a few drawn as photo, low-resolution answer, refined pixels and refined answer behind a movable divider.
/// </summary>
/// <remarks>
/// The page is written at most every ten seconds and at the end. What it says comes from the journal, so that a resumed job's page tells of
/// the whole job; the small pictures wait in the folder <c>.thumbnails</c> beside it. Memory does not grow with the number of images. Drawing an image takes about a twentieth
/// of a second, and only those are drawn that the page shows at the time.
/// </remarks>
public sealed class HtmlReport : IScoringObserver
{
    /// <summary>Name of the page within its folder.</summary>
    public const string FileName = "report.html";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly string _folder;
    private readonly ThumbnailStore _thumbnails;
    private readonly ReportTotals _totals = new();
    private byte[] _palette = [];
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

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        _info = info;
        _palette = ClassPalette.Of(info.Classes);
        _thumbnails.Open();
        if (info.Skipped > 0)
        {
            foreach (JournalEntry entry in JournalFile.Read(info.JournalFile))
            {
                _totals.Add(entry);
            }
        }

        _thumbnails.KeepOnly(_totals.ToDraw.Select(e => e.Id));
        _started = Stopwatch.GetTimestamp();
        Write(null);
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, ScoredPhoto photo)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(photo);
        _totals.Add(entry);
        _scored++;
        if (_totals.ToDraw.Any(e => e.Id == entry.Id))
        {
            _thumbnails.Add(entry.Id, new ThumbnailPainter(photo, _palette));
            _thumbnails.KeepOnly(_totals.ToDraw.Select(e => e.Id));
        }

        WriteIfDue();
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        _totals.Add(failed);
        WriteIfDue();
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        Write(summary);
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
        ReportPage page = new(_info!, _totals, _thumbnails, summary, seconds > 0 ? _scored / seconds : 0);
        AtomicFile.Write(Path.Combine(_folder, FileName), page.ToText());
        _written = Stopwatch.GetTimestamp();
    }
}
