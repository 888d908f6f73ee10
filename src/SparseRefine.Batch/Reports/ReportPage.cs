using System.Globalization;
using System.Reflection;
using Html = SparseRefine.Batch.HtmlWriter.Html;

namespace SparseRefine.Batch;

/// <summary>The report as one HTML file.</summary>
/// <param name="info">The job.</param>
/// <param name="totals">What the journal says.</param>
/// <param name="thumbnails">Small pictures.</param>
/// <param name="summary">How the run ended; null while it runs.</param>
/// <param name="rate">Images a second of this run.</param>
internal sealed class ReportPage(ScoringJobInfo info, ReportTotals totals, ThumbnailStore thumbnails, ScoringSummary? summary, double rate)
{
    private static readonly Html Style = new(Resource("Report.css"));
    private static readonly Html Script = new(Resource("Report.js"));

    private static readonly (ReportLayer Layer, string Name)[] Layers =
    [
        (ReportLayer.Photo, "Photo"), (ReportLayer.LowResolution, "Low resolution"), (ReportLayer.Mask, "Refined pixels"), (ReportLayer.Refined, "Refined"),
    ];

    /// <summary>Writes the page.</summary>
    public string ToText()
    {
        HtmlWriter page = new();
        string model = Path.GetFileName(info.ModelFile);
        Html refresh = new(summary is null ? "<meta http-equiv=\"refresh\" content=\"30\">" : "");
        page.Add($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">");
        page.Add($"<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">{refresh}\n<title>Scoring report: {model}</title>");
        page.Add($"<style>{Style}</style>\n</head>\n<body>");
        page.Add($"<header><h1>Scoring report</h1><p class=\"state {StateClass}\">{State}</p></header>");
        page.Add($"<main>\n{Tiles()}\n{Pictures()}\n<div class=\"columns\">\n{Charts()}\n{Classes()}\n{Stages()}\n</div>\n{Tables()}\n</main>");
        page.Add($"<footer><p>Model {model}, SHA-256 <code>{info.ModelHash[..Math.Min(16, info.ModelHash.Length)]}</code>. Output folder <code>{info.OutputFolder}</code>. Written {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC.</p></footer>");
        page.Add($"<script>{Script}</script>\n</body>\n</html>");
        return page.ToHtml().Text;
    }

    private string State => summary?.Outcome switch
    {
        null => info.Total is long total ? string.Create(CultureInfo.InvariantCulture, $"Running: {totals.Images + totals.Failed} of {total}") : "Running",
        ScoringOutcome.Completed => "Complete",
        ScoringOutcome.SomeFailed => "Complete, some images failed",
        ScoringOutcome.TooManyFailures => "Ended: too many failures",
        ScoringOutcome.Cancelled => "Cancelled; the same command goes on",
        _ => $"Stopped: {summary.Message}",
    };

    private string StateClass => summary?.Outcome switch { null => "running", ScoringOutcome.Completed => "good", _ => "bad" };

    private Html Tiles()
    {
        HtmlWriter html = new();
        html.Add($"<section aria-label=\"Totals\"><dl class=\"tiles\">");
        Tile("Images", Number(totals.Images), info.Total is long total ? $"of {Number(total)}" : "");
        Tile("Failed", Number(totals.Failed), "in this run");
        Tile("Megapixels", Short(totals.Pixels / 1e6), "");
        Tile("Images a second", Short(rate), "in this run");
        Tile("Mean density", totals.Density.Count > 0 ? Percent(totals.Density.Sum / totals.Density.Count) : "none", "pixels refined");
        Tile("Mean time", totals.Images > 0 ? Milliseconds(totals.Milliseconds.Sum / totals.Images) : "none", "an image, stages");
        return html.Add($"</dl></section>").ToHtml();

        void Tile(string name, string value, string note) =>
            html.Add($"<div><dt>{name}</dt><dd>{value}</dd><dd class=\"note\">{note}</dd></div>");
    }

    private Html Charts()
    {
        HtmlWriter html = new();
        html.Add($"<section><h2>Density</h2><p>Refined pixels as a share of an image; images in each bar.</p>{BarChart.Draw(totals.Density, "Density", Percent)}</section>");
        html.Add($"<section><h2>Time</h2><p>An image through all stages, waiting not included; the axis is logarithmic.</p>{BarChart.Draw(totals.Milliseconds, "Time", Milliseconds)}</section>");
        return html.ToHtml();
    }

    private Html Classes()
    {
        byte[] palette = ClassPalette.Of(info.Classes);
        IReadOnlyList<string> names = info.Classes?.Names ?? [];
        HtmlWriter html = new();
        html.Add($"<section><h2>Classes</h2><p>Share of all pixels.</p><table class=\"bars\"><thead class=\"visually-hidden\"><tr><th>Class</th><th>Share</th></tr></thead><tbody>");
        foreach ((string name, double pixels) in totals.ClassPixels.OrderByDescending(c => c.Value))
        {
            int index = IndexOf(names, name);
            double share = totals.Pixels > 0 ? pixels / totals.Pixels : 0;
            html.Add($"<tr><th scope=\"row\"><span class=\"swatch\" style=\"background:#{Convert.ToHexStringLower(palette.AsSpan(index * 3, 3))}\"></span>{name}</th><td class=\"n\">{Percent(share)}</td><td class=\"track\"><span style=\"width:{share * 100:0.##}%\"></span></td></tr>");
        }

        return html.Add($"</tbody></table></section>").ToHtml();
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < 256 ? index : 255;
    }

    private Html Stages()
    {
        double sum = totals.Stages.Total;
        HtmlWriter html = new();
        html.Add($"<section><h2>Stages</h2><p>Mean time an image, and share of the sum.</p><table class=\"bars\"><thead class=\"visually-hidden\"><tr><th>Stage</th><th>Time</th><th>Share</th></tr></thead><tbody>");
        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            double share = sum > 0 ? totals.Stages[stage] / sum : 0;
            html.Add($"<tr><th scope=\"row\">{stage}</th><td class=\"n\">{Milliseconds(totals.Stages[stage] / Math.Max(totals.Images, 1))}</td><td class=\"track\"><span style=\"width:{share * 100:0.##}%\"></span></td><td class=\"n\">{Percent(share)}</td></tr>");
        }

        return html.Add($"</tbody></table></section>").ToHtml();
    }

    private Html Pictures()
    {
        HtmlWriter html = new();
        JournalEntry[] drawn = [.. totals.ToDraw.Where(e => thumbnails.Has(e.Id))];
        if (drawn.Length == 0)
        {
            return html.ToHtml();
        }

        html.Add($"<section class=\"pictures\"><h2>Pictures</h2><p>The densest, the slowest, and a few others. Drag the divider, or move to it with the Tab key and use the arrow keys.</p>");
        html.Add($"<p class=\"choice\"><label>Left <select id=\"before\">{Choices(ReportLayer.LowResolution)}</select></label> <label>Right <select id=\"after\">{Choices(ReportLayer.Refined)}</select></label></p><div class=\"figures\">");
        HashSet<string> densest = [.. totals.Densest.Entries.Take(ReportTotals.Drawn).Select(e => e.Id)];
        HashSet<string> slowest = [.. totals.Slowest.Entries.Take(ReportTotals.Drawn).Select(e => e.Id)];
        foreach (JournalEntry entry in drawn)
        {
            Html marks = new((densest.Contains(entry.Id) ? "<span class=\"mark\">densest</span> " : "") + (slowest.Contains(entry.Id) ? "<span class=\"mark\">slowest</span>" : ""));
            string density = entry.Density is double d ? $", density {Percent(d)}" : "";
            html.Add($"<figure data-id=\"{entry.Id}\" style=\"--ratio:{entry.Width} / {entry.Height}\"><div class=\"stack\">");
            foreach ((ReportLayer layer, string name) in Layers)
            {
                if (thumbnails.Read(entry.Id, layer) is string data)
                {
                    html.Add($"<img data-layer=\"{layer.ToString()}\" alt=\"{name} of {entry.Id}\" src=\"{data}\">");
                }
            }

            html.Add($"<span class=\"divider\" aria-hidden=\"true\"></span><span class=\"tag left\" aria-hidden=\"true\"></span><span class=\"tag right\" aria-hidden=\"true\"></span></div><input type=\"range\" min=\"0\" max=\"100\" value=\"50\" aria-label=\"Divider of {entry.Id}\">");
            html.Add($"<figcaption><b>{entry.Id}</b> {marks}<br>{entry.Width} x {entry.Height}{density}, {Milliseconds(entry.Ms.Total)}</figcaption></figure>");
        }

        return html.Add($"</div></section>").ToHtml();
    }

    private static Html Choices(ReportLayer chosen)
    {
        HtmlWriter html = new();
        foreach ((ReportLayer layer, string name) in Layers)
        {
            html.Add($"<option value=\"{layer.ToString()}\"{new Html(layer == chosen ? " selected" : "")}>{name}</option>");
        }

        return html.ToHtml();
    }

    private Html Tables()
    {
        HtmlWriter html = new();
        html.Add($"<div class=\"columns\">{Table("Slowest", totals.Slowest.Entries)}{(totals.Density.Count > 0 ? Table("Densest", totals.Densest.Entries) : default)}</div>");
        if (totals.Failed > 0)
        {
            html.Add($"<section><h2>Failed</h2><p>{string.Join(", ", totals.Reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key}: {Number(r.Value)}"))}. The last ones:</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Failed images\"><table><thead><tr><th>Image</th><th>Reason</th><th>Message</th></tr></thead><tbody>");
            foreach (FailedEntry failed in totals.LastFailed)
            {
                html.Add($"<tr><th scope=\"row\">{failed.Id}</th><td>{failed.Reason.ToString()}</td><td>{failed.Message}</td></tr>");
            }

            html.Add($"</tbody></table></div></section>");
        }

        return html.ToHtml();
    }

    private static Html Table(string title, IEnumerable<JournalEntry> entries)
    {
        HtmlWriter html = new();
        html.Add($"<section><h2>{title}</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table><thead><tr><th>Image</th><th class=\"n\">Pixels</th><th class=\"n\">Density</th><th class=\"n\">Time</th></tr></thead><tbody>");
        foreach (JournalEntry entry in entries)
        {
            html.Add($"<tr><th scope=\"row\">{entry.Id}</th><td class=\"n\">{entry.Width} x {entry.Height}</td><td class=\"n\">{(entry.Density is double d ? Percent(d) : "")}</td><td class=\"n\">{Milliseconds(entry.Ms.Total)}</td></tr>");
        }

        return html.Add($"</tbody></table></div></section>").ToHtml();
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double ms) =>
        (ms >= 10_000 ? (ms / 1000).ToString("#,0.0", CultureInfo.InvariantCulture) + " s" : ms.ToString(ms >= 10 ? "0" : "0.0", CultureInfo.InvariantCulture) + " ms");

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
