using System.Globalization;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>The evaluation as a table for people.</summary>
internal static class ReportTable
{
    /// <summary>Prints the three answers side by side, then density, times and multiply-adds.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="report">The evaluation.</param>
    public static void Write(IAnsiConsole console, RefinementReport report)
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn($"{report.Images} {(report.Images == 1 ? "picture" : "pictures")}");
        foreach (string answer in (string[])["initial", "refiner only", "ensembled"])
        {
            table.AddColumn(new TableColumn(answer).RightAligned());
        }

        AddRow("mIoU, full image", answer => answer.Full.MeanIoU);
        AddRow("mIoU, selected pixels", answer => answer.Mask.MeanIoU);
        AddRow("pixel accuracy", answer => answer.Full.PixelAccuracy);
        AddRow("mean accuracy", answer => answer.Full.MeanAccuracy);
        AddRow("frequency-weighted IoU", answer => answer.Full.FrequencyWeightedIoU);
        if (report.Initial.Full.MeanBoundaryIoU is not null)
        {
            AddRow("boundary IoU", answer => answer.Full.MeanBoundaryIoU ?? double.NaN);
        }

        for (int i = 0; i < report.Classes; i++)
        {
            int c = i;
            AddRow($"IoU of {(c < report.ClassNames.Count ? report.ClassNames[c] : $"class {c}")}", answer => answer.Full.PerClassIoU[c]);
        }

        console.Write(table);
        StageTimes ms = report.Milliseconds;
        console.WriteLine(Invariant($"selected pixels: {100 * report.Density:0.0} %"));
        console.WriteLine(Invariant(
            $"ms a picture: decode {ms.Decode:0}, dense {ms.Dense:0}, select {ms.Select:0}, extract {ms.Extract:0}, ensemble {ms.Ensemble:0}, total {ms.Total:0}"));
        console.WriteLine(
            $"multiply-adds a picture: dense {Giga(report.DenseMultiplyAdds)}, extract {Giga(report.ExtractMultiplyAdds)}");

        void AddRow(string name, Func<RefinementAnswer, double> value) => table.AddRow(
            Markup.Escape(name),
            Number(value(report.Initial)),
            Number(value(report.RefinerOnly)),
            Number(value(report.Ensembled)));
    }

    /// <summary>A share with four digits, or a dash where there is none.</summary>
    /// <param name="value">The share; NaN where nothing was counted.</param>
    /// <returns>The text.</returns>
    public static string Number(double value)
        => double.IsNaN(value) ? "-" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Giga(double? count)
        => count is double known && double.IsFinite(known) ? Invariant($"{known / 1e9:0.00} G") : "unknown";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
