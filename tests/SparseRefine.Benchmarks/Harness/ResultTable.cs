using System.Globalization;
using System.Text;

namespace SparseRefine.Benchmarks.Harness;

/// <summary>Measurements as markdown.</summary>
internal static class ResultTable
{
    /// <summary>One section.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="measurements">Its rows, all of one group.</param>
    /// <returns>Markdown.</returns>
    public static string Write(string title, IReadOnlyList<Measurement> measurements)
    {
        double? peak = measurements.Where(m => m.Case.IsPeak).Select(m => (double?)Speed(m)).FirstOrDefault();
        double? rival = measurements.Where(m => m.Case.IsRival).Select(m => (double?)Speed(m)).FirstOrDefault();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"### {title}\n\n");
        text.Append("| case | best ms | median ms | speed | share of peak |");
        text.Append(rival is null ? "\n|---|---:|---:|---:|---:|\n" : " / ORT dense Conv |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (Measurement m in measurements)
        {
            bool counts = m.Case.Unit == Unit.Flop;
            string share = counts && peak is double p ? Text($"{100 * Speed(m) / p:0} %") : "-";
            text.Append(CultureInfo.InvariantCulture, $"| {m.Case.Name} | {m.Best:0.000} | {m.Median:0.000} | {SpeedText(m)} | {share} |");
            text.Append(rival is double r ? Text($" {Speed(m) / r:0.00} |\n") : "\n");
        }

        return text.Append('\n').ToString();
    }

    private static double Speed(Measurement m) => m.Case.Work / (m.Best * 1e6);

    private static string SpeedText(Measurement m) => m.Case.Unit == Unit.Flop
        ? Text($"{Speed(m):0.0} GFLOP/s")
        : Text($"{m.Best * 1e6 * m.Case.Threads / m.Case.Work:0.00} ns a {m.Case.Unit.ToString().ToLowerInvariant()} and core");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
