using System.Diagnostics;
using System.Globalization;
using SparseRefine.Batch;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>A scoring job as lines: one for each file that was written and each failure, and one about the whole.</summary>
/// <param name="console">Where they go.</param>
/// <param name="output">The output folder, as lines name it.</param>
/// <param name="progress">Where the job stands.</param>
internal sealed class PlainScoringView(IAnsiConsole console, string output, Func<ScoringProgress> progress) : IScoringObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private long _told = Stopwatch.GetTimestamp();

    /// <summary>The whole in one line.</summary>
    /// <param name="summary">The end of a run.</param>
    /// <returns>The line.</returns>
    public static string Line(ScoringSummary summary)
    {
        ScoringProgress p = summary.Progress;
        double seconds = Math.Max(p.Elapsed.TotalSeconds, 1e-3);
        string density = p.MeanDensity is double mean ? string.Create(CultureInfo.InvariantCulture, $", density {mean:0.000}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{p.Done} scored, {p.Failed} failed, {p.Skipped} were there, in {seconds:0.0} s: {p.Done / seconds:0.00} photos/s, {p.Pixels / seconds / 1e6:0.00} MP/s{density}");
    }

    /// <summary>A job on its way in one line.</summary>
    /// <param name="p">Where it stands.</param>
    /// <returns>The line.</returns>
    public static string Line(ScoringProgress p)
    {
        string left = p.Remaining is TimeSpan time ? string.Create(CultureInfo.InvariantCulture, $", {time:d\\.hh\\:mm\\:ss} left") : "";
        string of = p.Total is long total ? string.Create(CultureInfo.InvariantCulture, $" of {total}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{p.Skipped + p.Done + p.Failed}{of} photos, {p.PhotosPerSecond:0.00} photos/s, {p.MegapixelsPerSecond:0.00} MP/s, {p.Failed} failed{left}");
    }

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
        console.WriteLine(RuntimeLine.Text);
        foreach (string line in info.Outdated)
        {
            console.WriteLine(Printable.Of(line));
        }

        if (info.Skipped > 0)
        {
            console.WriteLine($"{info.JournalAddress}: goes on, {info.Skipped} of {info.Total} photos are there");
        }
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        foreach (string file in entry.Outputs.Keys)
        {
            console.WriteLine(Printable.Of($"{entry.Path} -> {Path.Combine(output, file)}"));
        }

        if (Stopwatch.GetElapsedTime(_told) >= Interval)
        {
            _told = Stopwatch.GetTimestamp();
            console.WriteLine(Line(progress()));
        }
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed) => console.WriteLine(Printable.Of($"failed: {failed.Message}"));

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary) => console.WriteLine(Line(summary));
}
