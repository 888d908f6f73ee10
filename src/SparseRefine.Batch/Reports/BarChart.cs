using Html = SparseRefine.Batch.HtmlWriter.Html;

namespace SparseRefine.Batch;

/// <summary>A histogram as inline SVG.</summary>
internal static class BarChart
{
    private const int Bars = 40;
    private const double Width = 480;
    private const double Height = 150;
    private const double Bottom = 22;
    private const double Top = 14;

    /// <summary>Draws.</summary>
    /// <param name="histogram">The values.</param>
    /// <param name="title">What they are; read aloud with the extremes.</param>
    /// <param name="label">A value in words.</param>
    public static Html Draw(Histogram histogram, string title, Func<double, string> label)
    {
        IReadOnlyList<(double From, double To, long Count)> bars = histogram.Bars(Bars);
        HtmlWriter svg = new();
        if (bars.Count == 0)
        {
            return svg.Add($"<p class=\"none\">No values yet.</p>").ToHtml();
        }

        long highest = bars.Max(b => b.Count);
        double step = Width / Math.Max(bars.Count, 8);
        svg.Add($"<svg viewBox=\"0 0 {Width} {Height + Top + Bottom}\" role=\"img\" aria-label=\"{title}: {histogram.Count} values from {label(bars[0].From)} to {label(bars[^1].To)}\">");
        svg.Add($"<line class=\"grid\" x1=\"0\" x2=\"{Width}\" y1=\"{Top}\" y2=\"{Top}\"/><text class=\"axis\" x=\"{Width}\" y=\"{Top - 3}\" text-anchor=\"end\">{highest}</text>");
        for (int i = 0; i < bars.Count; i++)
        {
            (double from, double to, long count) = bars[i];
            double height = Height * count / highest;
            if (count > 0)
            {
                svg.Add($"<rect class=\"bar\" x=\"{(i * step) + 0.5:0.##}\" y=\"{Top + Height - Math.Max(height, 1):0.##}\" width=\"{Math.Max(step - 1, 0.5):0.##}\" height=\"{Math.Max(height, 1):0.##}\"><title>{label(from)} to {label(to)}: {count}</title></rect>");
            }
        }

        svg.Add($"<line class=\"base\" x1=\"0\" x2=\"{Width}\" y1=\"{Top + Height}\" y2=\"{Top + Height}\"/>");
        double end = bars.Count * step;
        double y = Top + Height + 16;
        svg.Add($"<text class=\"axis\" x=\"0\" y=\"{y}\">{label(bars[0].From)}</text>");
        if (end > 200)
        {
            svg.Add($"<text class=\"axis\" x=\"{end / 2:0.##}\" y=\"{y}\" text-anchor=\"middle\">{label(bars[bars.Count / 2].From)}</text>");
        }

        svg.Add($"<text class=\"axis\" x=\"{Math.Max(end, 110):0.##}\" y=\"{y}\" text-anchor=\"end\">{label(bars[^1].To)}</text></svg>");
        return svg.ToHtml();
    }
}
