using System.Globalization;
using System.Text;
using SparseRefine.Metrics;

namespace SparseRefine.MLNet;

/// <summary>Pixel counts by true and predicted class, in the manner of ML.NET's ConfusionMatrix. Immutable.</summary>
public sealed class SegmentationConfusionMatrix
{
    internal SegmentationConfusionMatrix(ConfusionMatrix matrix, int classes, IReadOnlyList<string> names)
    {
        ClassNames = names;
        NumberOfClasses = classes;
        Counts = [.. Enumerable.Range(0, classes).Select(
            truth => (IReadOnlyList<double>)[.. Enumerable.Range(0, classes).Select(p => (double)matrix[truth, p])])];
        PerClassPrecision = [.. Enumerable.Range(0, classes).Select(
            c => Counts[c][c] / Counts.Sum(row => row[c]))];
        PerClassRecall = [.. Enumerable.Range(0, classes).Select(c => Counts[c][c] / Counts[c].Sum())];
    }

    /// <summary>Names of the classes; their indices as text where no names are known.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Number of classes.</summary>
    public int NumberOfClasses { get; }

    /// <summary>Pixels, [true class][predicted class].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>Right pixels / pixels predicted as the class; NaN where none is.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>Right pixels / pixels of the class; NaN where there are none.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>Pixels of one true class that were predicted as another.</summary>
    /// <param name="predictedClassIndicatorIndex">The predicted class.</param>
    /// <param name="actualClassIndicatorIndex">The true class.</param>
    /// <returns>The number.</returns>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex) =>
        Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];

    /// <summary>
    /// The table as ML.NET prints its own: a row a true class, a column a predicted one by its index, recall at the right, precision
    /// below. Where a class is absent, so that a share has no value, it says so.
    /// </summary>
    /// <returns>Lines that end with '\n'.</returns>
    public string GetFormattedConfusionTable()
    {
        string[] names = [.. ClassNames.Select((name, i) => name == Index(i) ? name : $"{i}. {name}")];
        int left = Math.Max("PREDICTED".Length, names.Max(name => name.Length));
        int width = Math.Max("absent".Length, Counts.Max(row => row.Max(pixels => Count(pixels).Length)));
        string rule = new('=', (NumberOfClasses * (width + 3)) + 1);
        var text = new StringBuilder();
        text.Append("Confusion table\n");
        text.Append(CultureInfo.InvariantCulture, $"{new string(' ', left)} ||{rule}\n");
        Line("PREDICTED".PadRight(left), Enumerable.Range(0, NumberOfClasses).Select(Index), " Recall");
        text.Append(CultureInfo.InvariantCulture, $"{"TRUTH".PadRight(left)} ||{rule}\n");
        for (int c = 0; c < NumberOfClasses; c++)
        {
            Line(names[c].PadLeft(left), Counts[c].Select(Count), $" {Share(PerClassRecall[c])}");
        }

        text.Append(CultureInfo.InvariantCulture, $"{new string(' ', left)} ||{rule}\n");
        Line("Precision".PadRight(left), PerClassPrecision.Select(Share), "");
        return text.ToString();

        void Line(string head, IEnumerable<string> cells, string end)
        {
            string row = string.Concat(cells.Select(cell => $" {cell.PadLeft(width)} |"));
            text.Append(CultureInfo.InvariantCulture, $"{head} ||{row}{end}\n");
        }
    }

    private static string Index(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Count(double pixels) => pixels.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(double value) =>
        double.IsNaN(value) ? "absent" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
