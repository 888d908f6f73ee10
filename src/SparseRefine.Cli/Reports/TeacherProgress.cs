using System.Diagnostics;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>Tells how far a teacher is with its photos, and at last what was found and made.</summary>
/// <param name="steps">Where it is told.</param>
/// <param name="photos">Photos of the whole work.</param>
/// <param name="workspace">Folder that answers are kept in; null: none.</param>
internal sealed class TeacherProgress(Steps steps, int photos, string? workspace)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _told;
    private TimeSpan _running;
    private long _bytes;
    private int _kept;
    private int _done;

    /// <summary>Counts one answer.</summary>
    /// <param name="report">The answer.</param>
    public void Add(TeacherReport report)
    {
        _done++;
        _kept += report.IsKept ? 1 : 0;
        _running += report.IsKept ? TimeSpan.Zero : report.Elapsed;
        _bytes += report.Bytes;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        if (_done == photos)
        {
            int made = _done - _kept;
            steps.Line(
                $"teacher: {photos} photos, " +
                (_kept > 0 ? $"{_kept} answers found in {workspace}" : "") + (_kept > 0 && made > 0 ? ", " : "") +
                (made > 0 ? FormattableString.Invariant($"{made} made in {_running.TotalSeconds:0.0} s") : "") +
                FormattableString.Invariant($"; {_bytes / 1e6 / photos:0.0} MB an answer"));
        }
        else if (elapsed - _told >= Pause)
        {
            _told = elapsed;
            steps.Line($"teacher: {_done} of {photos} photos");
        }
    }
}
