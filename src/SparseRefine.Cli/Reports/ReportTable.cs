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
        TeacherAgreement? teacher = report.Teacher;
        if (report.LabelledImages > 0)
        {
            Write(console, report.LabelledImages, teacher is null ? "" : ", by labels", [report.Initial, report.RefinerOnly, report.Ensembled], teacher?.ByLabels);
        }

        if (teacher is not null)
        {
            Write(console, report.Images, ", by the teacher", [teacher.Initial, teacher.RefinerOnly, teacher.Ensembled], null);
            console.WriteLine(Invariant(
                $"agreeing with the teacher: {100 * teacher.Initial.Full.PixelAccuracy:0.00} % of the pixels before, {100 * teacher.Ensembled.Full.PixelAccuracy:0.00} % after; ") +
                Invariant($"changed: {100 * report.Changed:0.00} %; teacher {teacher.Milliseconds:0} ms a photo"));
        }

        StageTimes ms = report.Milliseconds;
        console.WriteLine(Invariant($"selected pixels: {100 * report.Density:0.0} %"));
        console.WriteLine(Invariant(
            $"ms a photo: decode {ms.Decode:0}, dense {ms.Dense:0}, select {ms.Select:0}, extract {ms.Extract:0}, ensemble {ms.Ensemble:0}, total {ms.Total:0}"));
        console.WriteLine(
            $"multiply-adds a photo: dense {Giga(report.DenseMultiplyAdds)}, extract {Giga(report.ExtractMultiplyAdds)}");
    }

    /// <summary>Prints a dense model's answer.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="report">The evaluation.</param>
    public static void Write(IAnsiConsole console, DenseReport report)
    {
        DenseAgreement? teacher = report.Teacher;
        if (report.Metrics is SemanticSegmentationMetrics metrics)
        {
            Table table = Start(console, metrics.Images, ["dense"], teacher is null ? "" : ", by labels");
            table.AddRow("mIoU", Number(metrics.MeanIoU));
            AddScores(table, [metrics]);
            console.Write(table);
        }

        if (teacher is not null)
        {
            Table table = Start(console, report.Images, ["dense"], ", by the teacher");
            table.AddRow("mIoU", Number(teacher.Counts.MeanIoU));
            table.AddRow("pixel accuracy", Number(teacher.Counts.PixelAccuracy));
            foreach ((string name, double score) in report.ClassNames.Zip(teacher.Counts.PerClassIoU))
            {
                table.AddRow(Markup.Escape($"IoU of {name}"), ClassScore(score));
            }

            console.Write(table);
            console.WriteLine(
                (report.Metrics is null ? "" : $"teacher by labels: mIoU {Number(teacher.ByLabels.MeanIoU)}; ") + Invariant($"teacher {teacher.Milliseconds:0} ms a photo"));
        }

        console.WriteLine(Invariant($"ms a photo: decode {report.DecodeMilliseconds:0}, dense {report.DenseMilliseconds:0}"));
        console.WriteLine($"multiply-adds a photo: {Giga(report.MultiplyAdds)}");
    }

    /// <summary>A share with four digits, or a dash where there is none.</summary>
    /// <param name="value">The share; NaN where nothing was counted.</param>
    /// <returns>The text.</returns>
    public static string Number(double value)
        => double.IsNaN(value) ? "-" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A class's score, or that no labelled pixel is of the class.</summary>
    /// <param name="value">The score; NaN where there is none.</param>
    /// <returns>The text.</returns>
    public static string ClassScore(double value) => double.IsNaN(value) ? "absent" : Number(value);

    private static void Write(IAnsiConsole console, int images, string truth, IReadOnlyList<RefinementAnswer> answers, SemanticSegmentationMetrics? teacher)
    {
        SemanticSegmentationMetrics[] further = [.. new[] { teacher }.OfType<SemanticSegmentationMetrics>()];
        Table table = Start(console, images, ["initial", "refiner only", "ensembled", .. further.Select(_ => "teacher")], truth);
        table.AddRow(["mIoU, full image", .. answers.Select(answer => Number(answer.Full.MeanIoU)), .. further.Select(answer => Number(answer.MeanIoU))]);
        table.AddRow(["mIoU, selected pixels", .. answers.Select(answer => Number(answer.Selected.MeanIoU)), .. further.Select(_ => "-")]);
        AddScores(table, [.. answers.Select(answer => answer.Full), .. further]);
        console.Write(table);
    }

    private static Table Start(IAnsiConsole console, int images, IEnumerable<string> answers, string truth = "")
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn($"{images} {(images == 1 ? "photo" : "photos")}{truth}");
        foreach (string answer in answers)
        {
            table.AddColumn(new TableColumn(answer).RightAligned());
        }

        return table;
    }

    private static void AddScores(Table table, IReadOnlyList<SemanticSegmentationMetrics> answers)
    {
        AddRow("pixel accuracy", answer => Number(answer.PixelAccuracy));
        AddRow("mean accuracy", answer => Number(answer.MeanAccuracy));
        AddRow("frequency-weighted IoU", answer => Number(answer.FrequencyWeightedIoU));
        if (answers[0].MeanBoundaryIoU is not null)
        {
            AddRow("boundary IoU", answer => Number(answer.MeanBoundaryIoU ?? double.NaN));
        }

        for (int i = 0; i < answers[0].PerClassIoU.Count; i++)
        {
            int c = i;
            string name = c < answers[0].ClassNames.Count ? answers[0].ClassNames[c] : $"class {c}";
            AddRow($"IoU of {name}", answer => ClassScore(answer.PerClassIoU[c]));
        }

        void AddRow(string name, Func<SemanticSegmentationMetrics, string> text)
            => table.AddRow([Markup.Escape(name), .. answers.Select(text)]);
    }

    private static string Giga(double? count)
        => count is double known && double.IsFinite(known) ? Invariant($"{known / 1e9:0.00} G") : "unknown";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
