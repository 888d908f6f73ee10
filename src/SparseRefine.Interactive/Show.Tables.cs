using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <content>Numbers and schemas as HTML tables.</content>
public static partial class Show
{
    private const int ThumbnailSide = 160;
    private const int LongestText = 60;

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    private static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    // Of a class: NaN where no labelled pixel is of it.
    private static string Score(double value) => double.IsNaN(value) ? "absent" : Number(value);

    private static HtmlFragment Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        OfHtml([.. header.Select(Escape)], rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Escape)]));

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
            ? Of(header, lines)
            : throw new ArgumentException($"rows: expected {header.Count} cells a row, got {odd.Count}", nameof(rows));
    }

    /// <summary>Metrics: the means, and a row a class.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>Two tables.</returns>
    public static HtmlFragment Metrics(SemanticSegmentationMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        List<string[]> means =
        [
            ["mean IoU", Number(metrics.MeanIoU)],
            ["pixel accuracy", Number(metrics.PixelAccuracy)],
            ["mean accuracy", Number(metrics.MeanAccuracy)],
            ["frequency-weighted IoU", Number(metrics.FrequencyWeightedIoU)],
        ];
        if (metrics.MeanBoundaryIoU is double boundary)
        {
            means.Add(["mean boundary IoU", Number(boundary)]);
        }

        var classes = metrics.ClassNames.Select((name, c) => new[]
        {
            name,
            Score(metrics.PerClassIoU[c]),
            Number(metrics.ConfusionMatrix.PerClassPrecision[c]),
            Score(metrics.ConfusionMatrix.PerClassRecall[c]),
        });
        return Beside(
            ($"{metrics.Images} image{(metrics.Images == 1 ? "" : "s")}", Of(["", "value"], means)),
            ("classes", Of(["class", "IoU", "precision", "recall"], classes)));
    }

    /// <summary>A confusion matrix: true classes down, predicted ones across; the darker, the larger the share of its row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Confusion(SegmentationConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        IReadOnlyList<string> names = matrix.ClassNames;
        return OfHtml(["truth \\ predicted", .. names.Select(Escape), "recall"], names.Select((name, truth) =>
        {
            IReadOnlyList<double> row = matrix.Counts[truth];
            double whole = Math.Max(row.Sum(), 1);
            return (IReadOnlyList<string>)
            [
                Escape(name),
                .. row.Select(n => string.Create(
                    CultureInfo.InvariantCulture,
                    $"<div style=\"background:rgba(40,110,220,{0.6 * n / whole:0.00});padding:0 4px\">{n:N0}</div>")),
                Score(matrix.PerClassRecall[truth]),
            ];
        }));
    }

    /// <summary>A refinement report: initial, refiner-only and ensembled mIoU, density, and what each stage took.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Two tables.</returns>
    public static HtmlFragment Report(RefinementReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string[] Answer(string name, RefinementAnswer answer) =>
        [
            name, Number(answer.Selected.MeanIoU), Number(answer.Full.MeanIoU), Number(answer.Full.PixelAccuracy),
            string.Join(", ", answer.Full.PerClassIoU.Select((iou, c) => $"{report.ClassNames[c]} {Score(iou)}")),
        ];
        string Giga(double? count) => count is double n ? string.Create(CultureInfo.InvariantCulture, $"{n / 1e9:0.00}") : "";
        string Ms(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
        return Beside(
            ($"{report.Images} image{(report.Images == 1 ? "" : "s")}, {Percent(report.Density)} of the pixels refined", Of(
                ["answer", "mIoU selected", "mIoU all", "pixel accuracy", "IoU a class"],
                [
                    Answer("initial (dense model)", report.Initial),
                    Answer("refiner only", report.RefinerOnly),
                    Answer("ensembled", report.Ensembled),
                ])),
            ("an image", Of(
                ["stage", "ms", "10^9 multiply-adds"],
                [
                    ["decode", Ms(report.Milliseconds.Decode), ""],
                    ["dense", Ms(report.Milliseconds.Dense), Giga(report.DenseMultiplyAdds)],
                    ["select", Ms(report.Milliseconds.Select), ""],
                    ["extract", Ms(report.Milliseconds.Extract), Giga(report.ExtractMultiplyAdds)],
                    ["ensemble", Ms(report.Milliseconds.Ensemble), ""],
                ])));
    }

    /// <summary>A schema: a row a column with its type and annotations; hidden columns are grey.</summary>
    /// <param name="schema">The schema.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Schema(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return OfHtml(["", "column", "type", "annotations"], schema.Select(column =>
        {
            string Grey(string text) => column.IsHidden ? $"<span style=\"opacity:0.5\">{text}</span>" : text;
            return (IReadOnlyList<string>)
            [
                column.Index.ToString(CultureInfo.InvariantCulture),
                Grey(Escape(column.Name)),
                Grey(Escape($"{column.Type}")),
                Grey(Escape(string.Join(", ", column.Annotations.Schema.Select(a => $"{a.Name}: {a.Type}")))),
            ];
        }));
    }

    /// <summary>Rows of a data view, images as images.</summary>
    /// <param name="preview">What <see cref="DebuggerExtensions.Preview(IDataView, int)"/> gave.</param>
    /// <returns>A table.</returns>
    public static HtmlFragment Preview(DataDebuggerPreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        return OfHtml(
            [.. preview.Schema.Where(c => !c.IsHidden).Select(c => Escape(c.Name))],
            preview.RowView.Select(row => (IReadOnlyList<string>)
                [.. preview.Schema.Where(c => !c.IsHidden).Select(column => Cell(row.Values[column.Index].Value))]));
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        MLImage image => Photo(image, ThumbnailSide).Text,
        LabelMap map => Labels(map, null, ThumbnailSide).Text,
        LogitMap logits => Entropies(logits, ThumbnailSide).Text,
        PixelSelection selection => Selection(selection, ThumbnailSide).Text,
        _ => Escape(Short(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")),
    };

    private static string Short(string text) => text.Length <= LongestText ? text : text[..(LongestText - 3)] + "...";

    private static HtmlFragment OfHtml(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        StringBuilder html = new("<table><thead><tr>");
        foreach (string cell in header)
        {
            html.Append("<th style=\"text-align:left\">").Append(cell).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td style=\"text-align:left;vertical-align:top\">{cell}</td>")).Append("</tr>");
        }

        return new HtmlFragment(html.Append("</tbody></table>").ToString());
    }
}
