using System.Globalization;
using SparseRefine.Batch;
using SparseRefine.MLNet;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SparseRefine.Cli.Reports;

/// <summary>A scoring job as a table that changes in place, for a terminal.</summary>
/// <param name="console">The terminal.</param>
/// <param name="progress">Where the job stands.</param>
internal sealed class LiveScoringView(IAnsiConsole console, Func<ScoringProgress> progress) : IScoringObserver
{
    private const int BarWidth = 40;
    private const int ShownFailures = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly Color[] Colors = [Color.Grey, Color.Blue, Color.Aqua, Color.Green, Color.Yellow, Color.Fuchsia];
    private readonly Queue<string> _failures = new();
    private readonly CancellationTokenSource _ended = new();
    private ScoringJobInfo? _info;
    private Task _display = Task.CompletedTask;

    /// <summary>The table.</summary>
    /// <param name="info">The job.</param>
    /// <param name="p">Where it stands.</param>
    /// <param name="failures">The last failures.</param>
    /// <returns>What is shown.</returns>
    public static IRenderable Draw(ScoringJobInfo info, ScoringProgress p, IReadOnlyCollection<string> failures)
    {
        long tried = p.Skipped + p.Done + p.Failed;
        Grid numbers = new Grid().AddColumns(6);
        numbers.AddRow("photos/s", Number(p.PhotosPerSecond), "MP/s", Number(p.MegapixelsPerSecond), "left", p.Remaining is TimeSpan left ? Time(left) : "?");
        numbers.AddRow(
            "density",
            p.MeanDensity is double density ? (density * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "none",
            "failed",
            p.Failed == 0 ? "0" : $"[red]{p.Failed}[/]",
            "elapsed",
            Time(p.Elapsed));
        numbers.AddRow("waiting", $"{p.Queues.Score} to score", "", $"{p.Queues.Encode} to write", "", $"{p.Queues.Journal} for the journal");
        BreakdownChart stages = new BreakdownChart().ShowPercentage().Width(BarWidth + 20);
        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            stages.AddItem(stage.ToString().ToLowerInvariant(), Math.Round(p.StageShares[stage] * 100, 1), Colors[(int)stage]);
        }

        List<IRenderable> rows = [new Markup(Bar(tried, p.Total)), numbers, stages];
        rows.AddRange(failures.Select(f => new Text(Printable.Of(f), new Style(Color.Red))));
        return new Panel(new Rows(rows))
        {
            Header = new PanelHeader(Markup.Escape(Printable.Of($" {Path.GetFileName(info.ModelFile)} to {info.OutputFolder} "))),
            Border = BoxBorder.Rounded,
        };
    }

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
        _info = info;
        console.WriteLine(RuntimeLine.Text);
        foreach (string line in info.Outdated)
        {
            console.WriteLine(Printable.Of(line));
        }

        _display = Task.Run(() => console.Live(Table()).StartAsync(ShowAsync));
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed)
    {
        lock (_failures)
        {
            _failures.Enqueue(failed.Message);
            if (_failures.Count > ShownFailures)
            {
                _failures.Dequeue();
            }
        }
    }

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
        _ended.Cancel();
        _display.Wait();
        console.WriteLine(PlainScoringView.Line(summary));
    }

    private async Task ShowAsync(LiveDisplayContext display)
    {
        while (!_ended.IsCancellationRequested)
        {
            display.UpdateTarget(Table());
            await Task.Delay(Interval, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        display.UpdateTarget(Table());
    }

    private IRenderable Table()
    {
        lock (_failures)
        {
            return Draw(_info!, progress(), _failures);
        }
    }

    private static string Bar(long tried, long? total)
    {
        if (total is not long all)
        {
            return $"{tried} photos";
        }

        int full = all == 0 ? BarWidth : (int)(BarWidth * tried / all);
        string share = (all == 0 ? 1 : (double)tried / all).ToString("0.0 %", CultureInfo.InvariantCulture);
        return $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/] {tried} of {all}, {share}";
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) => time.TotalDays >= 1
        ? time.ToString(@"d\ \d\ hh\:mm", CultureInfo.InvariantCulture)
        : time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
