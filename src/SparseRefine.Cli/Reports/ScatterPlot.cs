using System.Globalization;
using System.Net;
using System.Text;

namespace SparseRefine.Cli.Reports;

/// <summary>A dot of the plot.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="X">Milliseconds.</param>
/// <param name="Y">mIoU.</param>
internal sealed record PlotDot(string Name, DotKind Kind, double X, double Y);

/// <summary>Kinds of dots.</summary>
internal enum DotKind
{
    /// <summary>A dense model alone: a black square.</summary>
    Dense,

    /// <summary>A fitted refiner: a blue dot.</summary>
    Fit,

    /// <summary>What stands out among them: an orange dot.</summary>
    Marked,
}

/// <summary>
/// mIoU over milliseconds as SVG, each dot with its number in the list beside it. The time axis is logarithmic, since a dense model at
/// full resolution lies far out.
/// </summary>
internal static class ScatterPlot
{
    private const int Width = 1000;
    private const int Left = 70;
    private const int Right = 330;
    private const int Top = 20;
    private const int Bottom = 60;
    private const int RowHeight = 17;
    private const int MostLines = 30;
    private static readonly double[] Steps = [0.005, 0.01, 0.02, 0.05, 0.1];

    /// <summary>Draws.</summary>
    /// <param name="dots">The dots.</param>
    /// <param name="yName">Name of the vertical axis.</param>
    /// <param name="line">A height to mark, and what it is; null: none.</param>
    public static string Svg(IReadOnlyList<PlotDot> dots, string yName, (double Y, string Name)? line = null)
    {
        int height = Math.Max(520, Top + Bottom + (dots.Count * RowHeight));
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        if (dots.Count > 0)
        {
            Draw(svg, dots, height, yName, line);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, IReadOnlyList<PlotDot> dots, int height, string yName, (double Y, string Name)? line)
    {
        double low = Math.Log2(dots.Min(d => d.X)) - 0.2;
        double high = Math.Log2(dots.Max(d => d.X)) + 0.2;
        double least = Math.Min(dots.Min(d => d.Y), line?.Y ?? double.PositiveInfinity) - 0.002;
        double most = Math.Max(dots.Max(d => d.Y), line?.Y ?? double.NegativeInfinity) + 0.002;
        double step = Steps.First(s => (most - least) / s <= MostLines || s == Steps[^1]);
        double bottom = Math.Floor(least / step) * step;
        double top = Math.Ceiling(most / step) * step;
        double X(double value) => Left + ((Math.Log2(value) - low) / (high - low) * (Width - Left - Right));
        double Y(double value) => height - Bottom - ((value - bottom) / (top - bottom) * (height - Top - Bottom));

        for (int i = 0; bottom + (i * step) <= top + 1e-9; i++)
        {
            double value = bottom + (i * step);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\" stroke=\"#ddd\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.000}</text>\n");
        }

        foreach (double value in (double[])[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 4000, 6000, 10000, 20000])
        {
            if (Math.Log2(value) >= low && Math.Log2(value) <= high)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(value):0.#}\" x2=\"{X(value):0.#}\" y1=\"{Top}\" y2=\"{height - Bottom}\" stroke=\"#ddd\"/>");
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(value):0.#}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\">{value}</text>\n");
            }
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{height - 16}\" text-anchor=\"middle\">ms a photo, decoded photo to label map</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"16\" y=\"{height / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {height / 2})\">{WebUtility.HtmlEncode(yName)}</text>\n");
        if (line is (double marked, string name))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(marked):0.#}\" y2=\"{Y(marked):0.#}\" stroke=\"#ff7f0e\" stroke-dasharray=\"6 4\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 6}\" y=\"{Y(marked) - 5:0.#}\">{WebUtility.HtmlEncode(name)}</text>\n");
        }

        foreach (PlotDot dot in dots)
        {
            svg.Append(Mark(dot.Kind, X(dot.X), Y(dot.Y))).Append('\n');
        }

        List<(double X, double Y)> taken = [.. dots.Select(d => (X(d.X), Y(d.Y)))];
        for (int i = 0; i < dots.Count; i++)
        {
            // The nearest place around the dot that no dot and no earlier number has taken; where it is far, a line leads to it.
            (double dotX, double dotY) = (X(dots[i].X), Y(dots[i].Y));
            int place = 0;
            double x, y, distance;
            do
            {
                distance = 13 + (place / 8 * 9);
                double angle = place * Math.PI / 4;
                (x, y) = (dotX + (distance * Math.Cos(angle)), dotY - (distance * Math.Sin(angle)));
                place++;
            }
            while (taken.Any(t => Math.Abs(t.X - x) < 12 && Math.Abs(t.Y - y) < 10));

            taken.Add((x, y));
            if (distance > 22)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{dotX:0.#}\" x2=\"{x:0.#}\" y1=\"{dotY:0.#}\" y2=\"{y:0.#}\" stroke=\"#bbb\"/>\n");
            }

            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y + 4:0.#}\" font-size=\"11\" text-anchor=\"middle\">{i + 1}</text>\n");
            int row = Top + 10 + (i * RowHeight);
            svg.Append(Mark(dots[i].Kind, Width - Right + 20, row - 4));
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right + 32}\" y=\"{row}\">{i + 1}  {WebUtility.HtmlEncode(dots[i].Name)}</text>\n");
        }
    }

    private static string Mark(DotKind kind, double x, double y) => kind == DotKind.Dense
        ? FormattableString.Invariant($"<rect x=\"{x - 5:0.#}\" y=\"{y - 5:0.#}\" width=\"10\" height=\"10\" fill=\"black\"/>")
        : FormattableString.Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4.5\" fill=\"{(kind == DotKind.Fit ? "#1f77b4" : "#ff7f0e")}\"/>");
}
