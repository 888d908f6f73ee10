using System.Globalization;
using System.Reflection;
using System.Text.Json;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>
/// The report as one HTML file: Report.html with the job's data as JSON in it, which the page's script shows. The serializer writes the characters of markup (&lt; &gt; &amp; and quotes) as
/// \u escapes and the script puts names into text nodes and attributes, so no name of a file or class becomes markup.
/// </summary>
internal static class ReportPage
{
    private const string Place = "{{data}}";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly string Template = Resource("Report.html");

    /// <summary>Writes the page.</summary>
    /// <param name="info">The job.</param>
    /// <param name="totals">What the journal says.</param>
    /// <param name="thumbnails">The drawn photos.</param>
    /// <param name="palette">Red, green, blue of all 256 classes.</param>
    /// <param name="summary">How the run ended; null while it runs.</param>
    /// <param name="rate">Photos a second of this run.</param>
    public static string Write(
        ScoringJobInfo info, ReportTotals totals, ThumbnailStore thumbnails, ReadOnlySpan<byte> palette, ScoringSummary? summary, double rate)
    {
        byte[] colors = palette.ToArray();
        HashSet<string> densest = [.. totals.Densest.Entries.Take(ReportTotals.Drawn).Select(e => e.Id)];
        HashSet<string> slowest = [.. totals.Slowest.Entries.Take(ReportTotals.Drawn).Select(e => e.Id)];
        object data = new
        {
            Model = Path.GetFileName(info.ModelFile),
            ModelHash = info.ModelHash[..Math.Min(16, info.ModelHash.Length)],
            info.OutputFolder,
            Written = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            State = State(info, totals, summary),
            StateClass = summary?.Outcome switch { null => "running", ScoringOutcome.Completed => "good", _ => "bad" },
            IsRunning = summary is null,
            info.Total,
            Scored = totals.Photos,
            totals.Failed,
            totals.Pixels,
            Rate = rate,
            Density = totals.Density.ToData(),
            Milliseconds = totals.Milliseconds.ToData(),
            Classes = totals.ClassPixels.OrderByDescending(c => c.Value).Select(c => new
            {
                Name = c.Key,
                Color = "#" + Convert.ToHexStringLower(colors.AsSpan(IndexOf(info.Classes, c.Key) * 3, 3)),
                Share = c.Value / Math.Max(totals.Pixels, 1),
            }),
            Stages = Enum.GetValues<Stage>().Select(stage => new { Name = stage.ToString(), Ms = totals.Stages[stage] }),
            Photos = totals.ToDraw.Where(e => thumbnails.Has(e.Id)).Select(e => new
            {
                e.Id,
                e.Width,
                e.Height,
                e.Density,
                Ms = e.Ms.Total,
                Marks = new[] { densest.Contains(e.Id) ? "densest" : "", slowest.Contains(e.Id) ? "slowest" : "" }.Where(mark => mark != ""),
                Layers = Enum.GetValues<PhotoLayer>().ToDictionary(layer => layer.ToString(), layer => thumbnails.Read(e.Id, layer)),
            }),
            Slowest = Rows(totals.Slowest),
            Densest = Rows(totals.Densest),
            Reasons = totals.Reasons.OrderByDescending(r => r.Value).Select(r => new { Reason = r.Key.ToString(), Count = r.Value }),
            Failures = totals.LastFailed.Select(f => new { f.Id, Reason = f.Reason.ToString(), f.Message }),
        };
        return Template.Replace(Place, JsonSerializer.Serialize(data, Json), StringComparison.Ordinal);
    }

    private static string State(ScoringJobInfo info, ReportTotals totals, ScoringSummary? summary) => summary?.Outcome switch
    {
        null => info.Total is long total ? string.Create(CultureInfo.InvariantCulture, $"Running: {totals.Photos + totals.Failed} of {total}") : "Running",
        ScoringOutcome.Completed => "Complete",
        ScoringOutcome.SomeFailed => "Complete, some photos failed",
        ScoringOutcome.TooManyFailures => "Ended: too many failures",
        ScoringOutcome.Cancelled => "Cancelled; the same command goes on",
        _ => $"Stopped: {summary.Message}",
    };

    private static IEnumerable<object> Rows(TopEntries entries) =>
        entries.Entries.Select(e => new { e.Id, e.Width, e.Height, e.Density, Ms = e.Ms.Total });

    // The journal has names, or numbers where the model names no classes.
    private static int IndexOf(ClassList? classes, string name)
    {
        int index = classes is null ? -1 : classes.Names.ToList().IndexOf(name);
        return index >= 0 ? index : byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) ? number : byte.MaxValue;
    }

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
