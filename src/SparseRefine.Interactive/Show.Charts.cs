using System.Globalization;
using System.Text;
using SparseRefine.MLNet;

namespace SparseRefine.Interactive;

/// <content>Charts as SVG of a fixed size, on white so that dark notebooks can read them.</content>
public static partial class Show
{
    private const int Width = 560;
    private const int Height = 320;
    private const int Left = 64;
    private const int Right = 24;
    private const int Top = 48;
    private const int Bottom = 48;
    private const int LegendStep = 150;
    private static readonly string[] Colors = ["#2a6fdb", "#d9482b", "#2b9348", "#8338ec", "#e09f3e", "#555555"];

    /// <summary>Bars of how often values fall into equal steps from 0 to the largest.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="values">Finite values, at least 0; at least one.</param>
    /// <param name="unit">Below the axis.</param>
    /// <param name="bins">Number of bars.</param>
    /// <returns>The chart, as SVG.</returns>
    /// <exception cref="ArgumentException">No values, or one below 0 or not finite.</exception>
    public static HtmlFragment Histogram(string title, IReadOnlyList<float> values, string unit, int bins = 40)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (values.Count == 0 || !values.All(v => float.IsFinite(v) && v >= 0))
        {
            throw new ArgumentException($"values: expected at least one, finite and at least 0, got {values.Count}", nameof(values));
        }

        double step = Step(0, Math.Max(values.Max(), 1e-6));
        double highest = Math.Ceiling(Math.Max(values.Max(), 1e-6) / step) * step;
        int[] counts = new int[bins];
        foreach (float value in values)
        {
            counts[Math.Min((int)(value / highest * bins), bins - 1)]++;
        }

        // Most pixels of a good model are sure: on a linear axis the first bar would hide the others.
        double top = Math.Ceiling(Math.Log10(counts.Max() + 1));
        StringBuilder svg = Start(title, unit, "pixels");
        for (int bin = 0; bin < bins; bin++)
        {
            double x = Scale(bin, 0, bins, Left, Width - Right);
            double y = Scale(Math.Log10(counts[bin] + 1), 0, top, Height - Bottom, Top);
            Append(svg, $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{(Width - Left - Right) / (double)bins * 0.9:0.#}\" height=\"{Height - Bottom - y:0.#}\" fill=\"{Colors[0]}\"/>");
        }

        for (int power = 0; power <= top; power++)
        {
            double y = Scale(power, 0, top, Height - Bottom, Top);
            Append(svg, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{(power == 0 ? "0" : Math.Pow(10, power).ToString("0e0", CultureInfo.InvariantCulture))}</text>");
        }

        HorizontalTicks(svg, 0, highest, step);
        return End(svg);
    }

    /// <summary>Bars of how often entropies fall into steps from 0 to the largest, over all pixels of some photos.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="maps">The photos' entropies; at least one.</param>
    /// <returns>The chart, as SVG.</returns>
    /// <exception cref="ArgumentException">No maps.</exception>
    /// <example><code>Show.Histogram("entropy", [model.Predict("photo.jpg").Entropy()])</code></example>
    public static HtmlFragment Histogram(string title, IReadOnlyList<EntropyMap> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        return Histogram(title, [.. maps.SelectMany(map => map.Grey.Labels.Select(grey => grey * map.Largest / byte.MaxValue))], "nats");
    }

    /// <summary>Lines through points.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="xName">Name of the horizontal axis.</param>
    /// <param name="yName">Name of the vertical axis.</param>
    /// <param name="series">A line each: its name and its points, which are joined in the given order.</param>
    /// <returns>The chart, as SVG.</returns>
    /// <exception cref="ArgumentException">No points, or one that is not finite.</exception>
    public static HtmlFragment Lines(string title, string xName, string yName, params IReadOnlyList<(string Name, (double X, double Y)[] Points)> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        (double X, double Y)[] all = [.. series.SelectMany(s => s.Points)];
        if (all.Length == 0 || !all.All(p => double.IsFinite(p.X) && double.IsFinite(p.Y)))
        {
            throw new ArgumentException($"series: expected at least one point, all finite, got {all.Length}", nameof(series));
        }

        (double lowX, double highX, double stepX) = Axis(all.Min(p => p.X), all.Max(p => p.X));
        (double lowY, double highY, double stepY) = Axis(all.Min(p => p.Y), all.Max(p => p.Y));
        StringBuilder svg = Start(title, xName, yName);
        HorizontalTicks(svg, lowX, highX, stepX);
        for (double value = lowY; value <= highY + (stepY / 2); value += stepY)
        {
            double y = Scale(value, lowY, highY, Height - Bottom, Top);
            Append(svg, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{value:0.####}</text>");
            Append(svg, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" stroke=\"#ddd\"/>");
        }

        for (int s = 0; s < series.Count; s++)
        {
            string color = Colors[s % Colors.Length];
            var points = series[s].Points.Select(p =>
                (X: Scale(p.X, lowX, highX, Left, Width - Right), Y: Scale(p.Y, lowY, highY, Height - Bottom, Top))).ToArray();
            string path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}")));
            Append(svg, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
            foreach ((double x, double y) in points)
            {
                Append(svg, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\" fill=\"{color}\"/>");
            }

            Append(svg, $"<text x=\"{Left + (s * LegendStep)}\" y=\"{Top - 10}\" fill=\"{color}\">{Escape(series[s].Name)}</text>");
        }

        return End(svg);
    }

    private static StringBuilder Start(string title, string xName, string yName)
    {
        StringBuilder svg = new();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Append(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Append(svg, $"<text x=\"{Width / 2}\" y=\"18\" text-anchor=\"middle\" font-weight=\"bold\">{Escape(title)}</text>");
        Append(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Escape(xName)}</text>");
        Append(svg, $"<text x=\"14\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(Top + Height - Bottom) / 2})\">{Escape(yName)}</text>");
        Append(svg, $"<path d=\"M{Left},{Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#333\"/>");
        return svg;
    }

    private static HtmlFragment End(StringBuilder svg) => new(svg.Append("</svg>").ToString());

    private static void HorizontalTicks(StringBuilder svg, double low, double high, double step)
    {
        for (double value = low; value <= high + (step / 2); value += step)
        {
            Append(svg, $"<text x=\"{Scale(value, low, high, Left, Width - Right):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{value:0.####}</text>");
        }
    }

    private static double Scale(double value, double from, double to, double first, double last) =>
        first + ((value - from) / (to - from) * (last - first));

    // The axis ends at ticks, so that no point lies outside.
    private static (double Low, double High, double Step) Axis(double low, double high)
    {
        (low, high) = high > low ? (low, high) : (low - 0.5, high + 0.5);
        double step = Step(low, high);
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    // 1, 2 or 5 times a power of ten, for four to ten ticks.
    private static double Step(double low, double high)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 4)));
        double units = (high - low) / 4 / power;
        return power * (units < 2 ? 1 : units < 5 ? 2 : 5);
    }

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text));
}
