using System.Globalization;
using System.Text.Json;
using SparseRefine.Cluster;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SparseRefine.Cli.Reports;

/// <summary>Where a job on many machines stands, as lines, as a table and as JSON.</summary>
internal static class StatusTable
{
    /// <summary>Plain lines.</summary>
    /// <param name="status">Where the job stands.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Lines(JobStatus status)
    {
        string queue = status.Waiting is null ? "" : $", {status.Waiting} waiting, {status.Running} running ({status.Workers} workers), {status.Dead} laid aside";
        yield return $"job {status.Job.Job}: {status.Done} of {status.Job.Slices} slices done{queue}, {status.Missing} missing";
        yield return string.Create(
            CultureInfo.InvariantCulture, $"about {status.PhotosDone} of {status.Job.Photos} photos, {status.PhotosPerSecond:0.00} photos/s{(status.Remaining is TimeSpan left ? $", {Time(left)} left" : "")}");
        foreach (DeadSlice dead in status.DeadSlices)
        {
            yield return $"laid aside: slice {dead.Message?.Slice ?? "unknown"}: {dead.Reason}";
        }
    }

    /// <summary>A table for a terminal.</summary>
    /// <param name="status">Where the job stands.</param>
    /// <returns>What is shown.</returns>
    public static IRenderable Draw(JobStatus status)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"job {status.Job.Job}");
        foreach (string name in (string[])["done", "running", "waiting", "laid aside", "missing", "workers", "photos/s", "left"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddRow(
            $"{status.Done}/{status.Job.Slices}",
            Text(status.Running),
            Text(status.Waiting),
            status.Dead > 0 ? $"[red]{status.Dead}[/]" : Text(status.Dead),
            Text(status.Missing),
            Text(status.Workers),
            status.PhotosPerSecond.ToString("0.00", CultureInfo.InvariantCulture),
            status.Remaining is TimeSpan left ? Time(left) : "?");
        return new Rows([table, .. status.DeadSlices.Select(dead => new Text(Printable.Of($"slice {dead.Message?.Slice ?? "unknown"}: {dead.Reason}"), new Style(Color.Red)))]);
    }

    /// <summary>One JSON object.</summary>
    /// <param name="status">Where the job stands.</param>
    /// <returns>A line.</returns>
    public static string Json(JobStatus status) => JsonSerializer.Serialize(new
    {
        job = status.Job.Job,
        slices = status.Job.Slices,
        done = status.Done,
        running = status.Running,
        waiting = status.Waiting,
        laidAside = status.Dead,
        missing = status.Missing,
        workers = status.Workers,
        photos = status.Job.Photos,
        photosDone = status.PhotosDone,
        photosPerSecond = Math.Round(status.PhotosPerSecond, 3),
        remainingSeconds = status.Remaining is TimeSpan left ? Math.Round(left.TotalSeconds) : (double?)null,
        laidAsideSlices = status.DeadSlices.Select(dead => new { slice = dead.Message?.Slice, reason = dead.Reason }),
        time = DateTime.UtcNow,
    });

    private static string Text(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Time(TimeSpan time) => time.TotalDays >= 1
        ? time.ToString(@"d\ \d\ hh\:mm", CultureInfo.InvariantCulture)
        : time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
