using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SparseRefine.Batch;

/// <summary>What a report says about a job's photos, in memory that does not grow with their number (but with that of the classes).</summary>
internal sealed class ReportTotals
{
    /// <summary>Rows of a table.</summary>
    public const int Rows = 10;

    /// <summary>Photos drawn of each list.</summary>
    public const int Drawn = 4;

    private const int Failures = 100;
    private readonly Queue<FailedEntry> _failed = new();
    private readonly Dictionary<FailureReason, long> _reasons = [];
    private readonly Dictionary<string, double> _classPixels = new(StringComparer.Ordinal);

    /// <summary>Photos.</summary>
    public long Photos { get; private set; }

    /// <summary>Their pixels.</summary>
    public long Pixels { get; private set; }

    /// <summary>Photos that failed in this run.</summary>
    public long Failed { get; private set; }

    /// <summary>Densities.</summary>
    public Histogram Density { get; } = Histogram.OfShares();

    /// <summary>Milliseconds a photo, all stages.</summary>
    public Histogram Milliseconds { get; } = Histogram.OfMilliseconds();

    /// <summary>The slowest.</summary>
    public TopEntries Slowest { get; } = new(Rows);

    /// <summary>The densest.</summary>
    public TopEntries Densest { get; } = new(Rows);

    /// <summary>Photos chosen by a hash of their id: the same ones whatever the order.</summary>
    public TopEntries Examples { get; } = new(Drawn);

    /// <summary>Pixels of each class.</summary>
    public IReadOnlyDictionary<string, double> ClassPixels => _classPixels;

    /// <summary>Milliseconds of each stage, all photos together.</summary>
    public StageTimes Stages { get; private set; }

    /// <summary>Failures by reason.</summary>
    public IReadOnlyDictionary<FailureReason, long> Reasons => _reasons;

    /// <summary>The last failures, last first.</summary>
    public IEnumerable<FailedEntry> LastFailed => _failed.Reverse();

    /// <summary>The photos that are drawn, each once.</summary>
    public IEnumerable<JournalEntry> ToDraw =>
        Examples.Entries.Concat(Densest.Entries.Take(Drawn)).Concat(Slowest.Entries.Take(Drawn)).DistinctBy(e => e.Id);

    /// <summary>Counts a scored photo.</summary>
    public void Add(JournalEntry entry)
    {
        Photos++;
        Pixels += entry.Pixels;
        Milliseconds.Add(entry.Ms.Total);
        Slowest.Add(entry.Ms.Total, entry);
        Examples.Add(Draw(entry.Id), entry);
        if (entry.Density is double density)
        {
            Density.Add(density);
            Densest.Add(density, entry);
        }

        foreach ((string name, double share) in entry.Shares)
        {
            _classPixels[name] = _classPixels.GetValueOrDefault(name) + (share * entry.Pixels);
        }

        Stages += entry.Ms;
    }

    /// <summary>Counts a failed photo.</summary>
    public void Add(FailedEntry failed)
    {
        Failed++;
        _reasons[failed.Reason] = _reasons.GetValueOrDefault(failed.Reason) + 1;
        _failed.Enqueue(failed);
        if (_failed.Count > Failures)
        {
            _failed.Dequeue();
        }
    }

    private static double Draw(string id) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
