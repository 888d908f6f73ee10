using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>
/// A scoring job as JSON lines, each with <c>event</c> and <c>time</c>: <c>started</c>, <c>scored</c> with the journal's line as <c>entry</c>, <c>failed</c> with the failure's,
/// <c>progress</c> at most every ten seconds, <c>finished</c>.
/// </summary>
/// <param name="output">Where they go.</param>
/// <param name="progress">Where the job stands.</param>
internal sealed class JsonScoringView(TextWriter output, Func<ScoringProgress> progress) : IScoringObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private DateTime _shown = DateTime.UtcNow;

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info) => Write("started", json =>
    {
        json.WriteString("runtime", RuntimeLine.Text);
        json.WriteString("model", info.ModelHash);
        json.WriteString("journal", info.JournalAddress);
        WriteCount(json, "total", info.Total);
        json.WriteNumber("skipped", info.Skipped);
        json.WriteNumber("workers", info.Workers);
    });

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        WriteEntry("scored", entry.ToJson());
        ShowProgress();
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
        WriteEntry("failed", failed.ToJson());
        ShowProgress();
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary) => Write("finished", json =>
    {
        json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(summary.Outcome.ToString()));
        json.WriteString("message", summary.Message);
        WriteProgress(json, summary.Progress);
    });

    private void ShowProgress()
    {
        if (DateTime.UtcNow - _shown >= Pause)
        {
            _shown = DateTime.UtcNow;
            Write("progress", json => WriteProgress(json, progress()));
        }
    }

    private void WriteEntry(string name, string line) => Write(name, json =>
    {
        json.WritePropertyName("entry");
        json.WriteRawValue(line);
    });

    private void Write(string name, Action<Utf8JsonWriter> body)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            json.WriteString("time", DateTime.UtcNow);
            body(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
        output.Flush();
    }

    private static void WriteProgress(Utf8JsonWriter json, ScoringProgress progress)
    {
        json.WriteNumber("done", progress.Done);
        json.WriteNumber("skipped", progress.Skipped);
        json.WriteNumber("failed", progress.Failed);
        WriteCount(json, "total", progress.Total);
        json.WriteNumber("seconds", Math.Round(progress.Elapsed.TotalSeconds, 3));
        json.WriteNumber("photosPerSecond", Math.Round(progress.PhotosPerSecond, 3));
        json.WriteNumber("megapixelsPerSecond", Math.Round(progress.MegapixelsPerSecond, 3));
        if (progress.Remaining is TimeSpan remaining)
        {
            json.WriteNumber("remainingSeconds", Math.Round(remaining.TotalSeconds));
        }

        if (progress.MeanDensity is double density)
        {
            json.WriteNumber("density", Math.Round(density, 6));
        }
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is long value)
        {
            json.WriteNumber(name, value);
        }
    }
}
