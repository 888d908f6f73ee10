using SparseRefine.Cli.Commands;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>A benchmark as a table for people.</summary>
internal static class BenchTable
{
    /// <summary>Prints it.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="report">The figures.</param>
    public static void Write(IAnsiConsole console, BenchReport report)
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn($"{Count(report.Photos, "photo")}, {Count(report.Rounds.Count, "round")}, {Count(report.Threads, "thread")}");
        foreach (string answer in (string[])["dense, full", "dense, low", "ours"])
        {
            table.AddColumn(new TableColumn(answer).RightAligned());
        }

        table.AddRow("ms a photo, median", Text($"{report.FullMs:0.0}"), Text($"{report.LowMs:0.0}"), Text($"{report.OursMs:0.0}"));
        table.AddRow(
            "ms a photo, best",
            Text($"{report.Rounds.Min(r => r.Full):0.0}"),
            Text($"{report.Rounds.Min(r => r.Low):0.0}"),
            Text($"{report.Rounds.Min(r => r.Ours):0.0}"));
        table.AddRow("times faster than dense, full", "1", Text($"{report.FullMs / report.LowMs:0.00}"), Text($"{report.Ratio:0.00}"));
        table.AddRow("multiply-adds a photo", Giga(report.FullMultiplyAdds), Giga(report.LowMultiplyAdds), Giga(report.OursMultiplyAdds));
        console.Write(table);
        StageTimes ms = report.Stages;
        console.WriteLine(Text(
            $"ours: dense {ms.Dense:0.0}, select {ms.Select:0.0}, extract {ms.Extract:0.0}, ensemble {ms.Ensemble:0.0} ms; before it, decode {ms.Decode:0.0} ms"));
        console.WriteLine(Text($"refined pixels: {100 * report.Density:0.00} %; multiply-adds of the sparse network: {Giga(report.ExtractMultiplyAdds)}"));
        string refiner = report.RefinerBytes is long bytes ? Text($"{bytes / 1048576.0:0} MiB") : "unknown";
        console.WriteLine(Text($"resident memory: {report.PeakBytes / 1048576.0:0} MiB at most; the refiner beyond its dense model {refiner}"));
    }

    private static string Count(int number, string thing) => Text($"{number} {thing}{(number == 1 ? "" : "s")}");

    private static string Giga(double? count) => count is double known ? Text($"{known / 1e9:0.00} G") : "unknown";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
