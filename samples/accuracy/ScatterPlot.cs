using System.Net;
using System.Text;

namespace SparseRefine.Samples.Accuracy;

/// <summary>A dot of the plot.</summary>
/// <param name="Series">Dots of one series are joined in order of their time.</param>
/// <param name="IsDense">A dense model alone: a square.</param>
/// <param name="X">Milliseconds.</param>
/// <param name="Y">mIoU.</param>
internal sealed record PlotDot(string Series, bool IsDense, double X, double Y);

/// <summary>mIoU over milliseconds as SVG; the time axis is logarithmic, since a dense model at full resolution lies far out.</summary>
internal static class ScatterPlot
{
    private const int Width = 860;
    private const int Height = 520;
    private const int Left = 70;
    private const int Right = 200;
    private const int Top = 20;
    private const int Bottom = 60;
    private static readonly string[] Colors =
        ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22"];

    public static string Svg(IReadOnlyList<PlotDot> dots)
    {
        StringBuilder svg = new();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        if (dots.Count > 0)
        {
            Draw(svg, dots);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, IReadOnlyList<PlotDot> dots)
    {
        double low = Math.Log2(dots.Min(d => d.X)) - 0.2;
        double high = Math.Log2(dots.Max(d => d.X)) + 0.2;
        double bottom = Math.Floor((dots.Min(d => d.Y) - 0.002) * 100) / 100;
        double top = Math.Ceiling((dots.Max(d => d.Y) + 0.002) * 100) / 100;
        double X(double value) => Left + ((Math.Log2(value) - low) / (high - low) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - bottom) / (top - bottom) * (Height - Top - Bottom));

        for (int i = 0; bottom + (i * 0.01) <= top + 1e-9; i++)
        {
            double value = bottom + (i * 0.01);
            svg.Append($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\" stroke=\"#ddd\"/>");
            svg.Append($"<text x=\"{Left - 8}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.00}</text>\n");
        }

        foreach (int value in (int[])[10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000])
        {
            if (Math.Log2(value) >= low && Math.Log2(value) <= high)
            {
                svg.Append($"<line x1=\"{X(value):0.#}\" x2=\"{X(value):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#ddd\"/>");
                svg.Append($"<text x=\"{X(value):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{value}</text>\n");
            }
        }

        svg.Append($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 16}\" text-anchor=\"middle\">ms a photo, decoded photo to label map</text>\n");
        svg.Append($"<text x=\"16\" y=\"{Height / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {Height / 2})\">mIoU, test photos</text>\n");
        int index = 0;
        foreach (IGrouping<string, PlotDot> series in dots.GroupBy(d => d.Series))
        {
            string color = Colors[index % Colors.Length];
            PlotDot[] ordered = [.. series.OrderBy(d => d.X)];
            svg.Append($"<polyline fill=\"none\" stroke=\"{color}\" points=\"{string.Join(' ', ordered.Select(d => $"{X(d.X):0.#},{Y(d.Y):0.#}"))}\"/>\n");
            foreach (PlotDot dot in ordered)
            {
                svg.Append(Mark(dot.IsDense, X(dot.X), Y(dot.Y), color)).Append('\n');
            }

            int row = Top + 14 + (index * 18);
            svg.Append(Mark(ordered[0].IsDense, Width - Right + 20, row - 4, color));
            svg.Append($"<text x=\"{Width - Right + 32}\" y=\"{row}\">{WebUtility.HtmlEncode(series.Key)}</text>\n");
            index++;
        }
    }

    private static string Mark(bool isDense, double x, double y, string color) => isDense
        ? $"<rect x=\"{x - 5:0.#}\" y=\"{y - 5:0.#}\" width=\"10\" height=\"10\" fill=\"{color}\"/>"
        : $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4.5\" fill=\"{color}\"/>";
}
