using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <summary>
/// Turns images, label maps, selections, scores and numbers into HTML for a notebook. Images are shrunk to a given longest
/// side and stand in the HTML as data URIs. Nothing that is passed in is kept, changed or disposed. Thread-safe.
/// </summary>
public static class Show
{
    /// <summary>Longest side of an image, in pixels, unless told otherwise.</summary>
    public const int DefaultSide = 480;

    /// <summary>A photo.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image with its size below.</returns>
    public static HtmlFragment Photo(MLImage image, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Figures.Photo(image, side);
    }

    /// <summary>A label map in its classes' colors with a legend of the classes that occur and their shares.</summary>
    /// <param name="map">The map.</param>
    /// <param name="classes">Names and colours; null: indices and made-up colors.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>Image and legend.</returns>
    public static HtmlFragment Labels(LabelMap map, ClassList? classes = null, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Figures.Labels(map, classes, side);
    }

    /// <summary>How unsure a dense model is: entropy from 0 (black) over red and yellow to ln C (white), in nats, at the scores' own resolution.</summary>
    /// <param name="logits">Its scores.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image, with the mean and largest entropy below.</returns>
    public static HtmlFragment Entropies(LogitMap logits, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return Figures.Entropies(logits, side);
    }

    /// <summary>Selected pixels, in <see cref="SegmentationPainter.SelectedColor"/> on black; the more of a shown pixel is selected, the brighter.</summary>
    /// <param name="selection">What a selector found.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image, with count and density below.</returns>
    public static HtmlFragment Selection(PixelSelection selection, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return Figures.Selection(selection, side);
    }

    /// <summary>Metrics: the means, and a row a class.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>Two tables.</returns>
    public static HtmlFragment Metrics(SemanticSegmentationMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Tables.Metrics(metrics);
    }

    /// <summary>A confusion matrix: true classes down, predicted ones across; the darker, the larger the share of its row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Confusion(SegmentationConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return Tables.Confusion(matrix);
    }

    /// <summary>A refinement report: initial, refiner-only and ensembled mIoU, density, and what each stage took.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Two tables.</returns>
    public static HtmlFragment Report(RefinementReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Tables.Report(report);
    }

    /// <summary>A schema: a row a column with its type and annotations; hidden columns are grey.</summary>
    /// <param name="schema">The schema.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Schema(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return Tables.Schema(schema);
    }

    /// <summary>Rows of a data view, images as images.</summary>
    /// <param name="preview">What <see cref="DebuggerExtensions.Preview(IDataView, int)"/> gave.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Preview(DataDebuggerPreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        return Tables.Preview(preview);
    }

    /// <summary>A table of texts.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">As many cells a row as there are columns.</param>
    /// <returns>The table; everything is escaped.</returns>
    /// <exception cref="ArgumentException">A row of another length.</exception>
    public static HtmlFragment Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(rows);
        IReadOnlyList<string>[] lines = [.. rows];
        IReadOnlyList<string>? odd = Array.Find(lines, row => row.Count != header.Count);
        return odd is null
            ? Tables.Of(header, lines)
            : throw new ArgumentException($"rows: expected {header.Count} cells a row, got {odd.Count}", nameof(rows));
    }

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
        return values.Count > 0 && values.All(v => float.IsFinite(v) && v >= 0)
            ? Charts.Histogram(title, values, unit, bins)
            : throw new ArgumentException($"values: expected at least one, finite and at least 0, got {values.Count}", nameof(values));
    }

    /// <summary>Lines through points.</summary>
    /// <param name="title">Above the chart.</param>
    /// <param name="x">Name of the horizontal axis.</param>
    /// <param name="y">Name of the vertical axis.</param>
    /// <param name="series">A line each: its name and its points, which are joined in the given order.</param>
    /// <returns>The chart, as SVG.</returns>
    /// <exception cref="ArgumentException">No points, or one that is not finite.</exception>
    public static HtmlFragment Lines(string title, string x, string y, params IReadOnlyList<(string Name, (double X, double Y)[] Points)> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        (double X, double Y)[] points = [.. series.SelectMany(s => s.Points)];
        return points.Length > 0 && points.All(p => double.IsFinite(p.X) && double.IsFinite(p.Y))
            ? Charts.Lines(title, x, y, series)
            : throw new ArgumentException($"series: expected at least one point, all finite, got {points.Length}", nameof(series));
    }

    /// <summary>Fragments beside each other, each under its title.</summary>
    /// <param name="parts">Titles and fragments.</param>
    /// <returns>One fragment.</returns>
    public static HtmlFragment Beside(params IReadOnlyList<(string Title, HtmlFragment Fragment)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new HtmlFragment(
            "<div style=\"display:flex;flex-wrap:wrap;gap:12px\">"
            + string.Concat(parts.Select(p => $"<div><b>{Tables.Escape(p.Title)}</b><br/>{p.Fragment.Text}</div>")) + "</div>");
    }
}
