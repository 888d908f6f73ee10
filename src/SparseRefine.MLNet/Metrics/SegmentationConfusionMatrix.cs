using System.Globalization;
using System.Text;
using SparseRefine.Metrics;

namespace SparseRefine.MLNet;

/// <summary>Pixel counts by true and predicted class, in the manner of ML.NET's ConfusionMatrix. Immutable.</summary>
public sealed class SegmentationConfusionMatrix
{
    private readonly IReadOnlyList<string> _names;

    internal SegmentationConfusionMatrix(ConfusionMatrix matrix, int classes, IReadOnlyList<string> names)
    {
        _names = names;
        NumberOfClasses = classes;
        Counts = [.. Enumerable.Range(0, classes).Select(
            truth => (IReadOnlyList<double>)[.. Enumerable.Range(0, classes).Select(p => (double)matrix[truth, p])])];
        PerClassPrecision = [.. Enumerable.Range(0, classes).Select(
            c => Counts[c][c] / Counts.Sum(row => row[c]))];
        PerClassRecall = [.. Enumerable.Range(0, classes).Select(c => Counts[c][c] / Counts[c].Sum())];
    }

    /// <summary>Number of classes.</summary>
    public int NumberOfClasses { get; }

    /// <summary>Pixels, [true class][predicted class].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>Right pixels / pixels predicted as the class; NaN where none is.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>Right pixels / pixels of the class; NaN where there are none.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>The table as text: a row a true class, a column a predicted one, precision below and recall at the right.</summary>
    /// <returns>Lines that end with '\n'.</returns>
    public string GetFormattedConfusionTable()
    {
        string[][] cells = new string[NumberOfClasses + 2][];
        cells[0] = ["truth \\ predicted", .. _names, "recall"];
        for (int c = 0; c < NumberOfClasses; c++)
        {
            cells[c + 1] =
            [
                _names[c],
                .. Counts[c].Select(n => n.ToString("N0", CultureInfo.InvariantCulture)),
                Share(PerClassRecall[c]),
            ];
        }

        cells[^1] = ["precision", .. PerClassPrecision.Select(Share), ""];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(x => cells.Max(row => row[x].Length))];
        var text = new StringBuilder();
        foreach (string[] row in cells)
        {
            text.AppendJoin(" | ", row.Select((cell, x) => x == 0 ? cell.PadRight(widths[x]) : cell.PadLeft(widths[x])));
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Share(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
