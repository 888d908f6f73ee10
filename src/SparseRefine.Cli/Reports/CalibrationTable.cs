using SparseRefine.Cli.Keeping;
using SparseRefine.Selectors;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>The curve that a threshold is chosen on.</summary>
internal static class CalibrationTable
{
    /// <summary>Shares of pixels that the curve is shown at. More would say little: refining then costs as much as everything.</summary>
    public static IReadOnlyList<double> Densities { get; } = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];

    /// <summary>Prints the curve of a dense model alone.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="calibration">The counted photos.</param>
    /// <param name="chosen">The point that was chosen.</param>
    public static void Write(IAnsiConsole console, ThresholdCalibration calibration, CalibrationPoint chosen)
    {
        Table table = Create(console, "entropy above", "selected pixels", "errors among them", "mIoU were they right");
        foreach (CalibrationPoint point in Densities.Select(calibration.ForDensity).Append(chosen).Distinct().OrderBy(p => p.Density))
        {
            table.AddRow([.. Cells(point, chosen), ReportTable.Number(point.PerfectMeanIoU)]);
        }

        console.Write(table);
    }

    /// <summary>Prints a measured curve.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="curve">The points in order of their density.</param>
    /// <param name="chosen">The point that was chosen.</param>
    /// <param name="kept">What was to be kept; null: that was not the question.</param>
    public static void Write(IAnsiConsole console, IReadOnlyList<MeasuredPoint> curve, CalibrationPoint chosen, KeptShare? kept)
    {
        Table table = Create(
            console,
            ["entropy above", "selected pixels", "errors among them", "mIoU initial", "refiner only", "ensembled", "ms a photo", .. kept is null ? [] : new[] { "kept" }]);
        foreach (MeasuredPoint point in curve)
        {
            table.AddRow(
            [
                .. Cells(point.Point, chosen),
                ReportTable.Number(point.Scores.Initial.Full.MeanIoU),
                ReportTable.Number(point.Scores.RefinerOnly.Full.MeanIoU),
                ReportTable.Number(point.Score),
                FormattableString.Invariant($"{point.Milliseconds:0}"),
                .. kept is null ? [] : new[] { KeptShare.Text(kept.Of(point.Score)) },
            ]);
        }

        console.Write(table);
    }

    private static Table Create(IAnsiConsole console, params string[] columns)
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static string[] Cells(CalibrationPoint point, CalibrationPoint chosen) =>
    [
        FormattableString.Invariant($"{(point == chosen ? "> " : string.Empty)}{point.Threshold:0.0000}"),
        FormattableString.Invariant($"{100 * point.Density:0.00} %"),
        FormattableString.Invariant($"{100 * point.CapturedErrors:0.0} %"),
    ];
}
