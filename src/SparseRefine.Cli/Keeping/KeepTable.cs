using SparseRefine.Cli.Reports;
using Spectre.Console;

namespace SparseRefine.Cli.Keeping;

/// <summary>The combinations among which one is chosen: those that nothing beats in both time and accuracy.</summary>
internal static class KeepTable
{
    /// <summary>Prints them, fastest first, the choice marked, and the teacher last.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="points">All that were measured.</param>
    /// <param name="chosen">The choice.</param>
    /// <param name="kept">What is to be kept.</param>
    /// <param name="teacherMilliseconds">The teacher's time; NaN: not known.</param>
    public static void Write(IAnsiConsole console, IEnumerable<KeepPoint> points, KeepPoint chosen, KeptShare kept, double teacherMilliseconds)
    {
        Table table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        foreach (string column in (string[])["scale", "selected pixels", "network", "ms a photo", "mIoU", "kept"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (KeepPoint point in KeepPoint.Frontier(points).Append(chosen).Distinct().OrderBy(p => p.Milliseconds))
        {
            Add((point == chosen ? "> " : "") + point.Size, FormattableString.Invariant($"{100 * point.Share:0.00} %"), point.Network, point.Milliseconds, point.MeanIoU);
        }

        Add("teacher", "", "", teacherMilliseconds, kept.Teacher);
        console.Write(table);

        void Add(string size, string share, string network, double milliseconds, double score) => table.AddRow(
            size,
            share,
            network,
            double.IsNaN(milliseconds) ? "-" : FormattableString.Invariant($"{milliseconds:0.#}"),
            ReportTable.Number(score),
            KeptShare.Text(kept.Of(score)));
    }
}
