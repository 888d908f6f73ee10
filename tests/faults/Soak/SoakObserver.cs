using System.Diagnostics;
using System.Globalization;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Faults;

/// <summary>Takes the process's memory now and then during a job and fits lines through it.</summary>
/// <param name="every">Images between two samples.</param>
internal sealed class SoakObserver(int every) : IScoringObserver
{
    // The first part fills pools and caches.
    private const double WarmUp = 0.2;
    private readonly List<(long Images, double Resident, double Heap, double Committed)> _samples = [];
    private long _images;

    public void Started(ScoringJobInfo info)
    {
    }

    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        if (++_images % every == 0)
        {
            // What is alive, not what waits to be collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using Process self = Process.GetCurrentProcess();
            _samples.Add((_images, self.WorkingSet64 / 1048576.0, GC.GetTotalMemory(forceFullCollection: false) / 1048576.0, GC.GetGCMemoryInfo().TotalCommittedBytes / 1048576.0));
        }
    }

    public void Failed(FailedEntry failed)
    {
    }

    public void Finished(ScoringSummary summary)
    {
    }

    /// <summary>Prints slopes after warm-up in bytes an image, and the extremes.</summary>
    public void Tell()
    {
        var steady = _samples.Skip((int)(_samples.Count * WarmUp)).ToArray();
        Line("resident", s => s.Resident);
        Line("managed, alive", s => s.Heap);
        Line("managed, committed", s => s.Committed);
        Line("native (resident without committed managed)", s => s.Resident - s.Committed);

        void Line(string name, Func<(long Images, double Resident, double Heap, double Committed), double> value)
        {
            double meanX = steady.Average(s => s.Images);
            double meanY = steady.Average(value);
            double slope = steady.Sum(s => (s.Images - meanX) * (value(s) - meanY)) / steady.Sum(s => (s.Images - meanX) * (s.Images - meanX));
            Console.WriteLine(FormattableString.Invariant(
                $"{name}: {slope * 1048576:0.0} bytes an image, {value(steady[0]):0.0} MB after {steady[0].Images} images, {value(steady[^1]):0.0} MB after {steady[^1].Images}, most {steady.Max(value):0.0} MB"));
        }
    }

    /// <summary>Writes the samples.</summary>
    public void Write(string file) => File.WriteAllLines(
        file,
        ["images,residentMB,aliveMB,committedMB", .. _samples.Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{s.Images},{s.Resident:0.00},{s.Heap:0.00},{s.Committed:0.00}"))]);
}
