using System.Text;
using SparseRefine.Cli.Reports;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>The measured points as a markdown table and as the plot's dots.</summary>
internal sealed class ResultTable(IReadOnlyList<MeasuredPoint> points, MeasuredTimes? times)
{
    public string Markdown()
    {
        StringBuilder text = new();
        text.Append("| point | selector | ensembler | density | mIoU i / o / e, full | i / o / e, mask | pixel accuracy i / e | G multiply-adds | ms |\n");
        text.Append("|---|---|---|---:|---|---|---|---:|---:|\n");
        foreach (MeasuredPoint point in points)
        {
            foreach (MeasuredRow row in point.Rows)
            {
                text.Append(
                    $"| {point.Name} | {row.Selector ?? "-"} | {row.Ensembler ?? "-"} | {(row.Selector is null ? "-" : $"{row.Density:0.000}")} | " +
                    $"{Three(row, s => s.MIoU)} | {Three(row, s => s.MaskMIoU)} | {Number(row.Initial.PixelAccuracy)}" +
                    $"{(row.Ensembled is null ? "" : $" / {Number(row.Ensembled.PixelAccuracy)}")} | {row.MultiplyAdds / 1e9:0.0} | {Time(point, row):0} |\n");
            }
        }

        text.Append('\n');
        if (times is not null)
        {
            text.Append(
                $"ms: from decoded photo to label map, {times.Photo}, {times.Threads} threads, median of {times.Rounds} interleaved rounds, own ensembler. ");
        }

        text.Append($"Accuracy on {points.Select(p => p.Photos).FirstOrDefault()} test photos.\n\n");
        text.Append("| fitted point | settings | validation mIoU |\n|---|---|---:|\n");
        foreach (MeasuredPoint point in points)
        {
            if (point.Fit is FitSettings fit)
            {
                text.Append(
                    $"| {point.Name} | planes {string.Join(',', fit.Planes)}, reps {fit.Reps}, features {fit.Features}, selector {fit.Selector}, " +
                    $"epochs {fit.Epochs} x {fit.Crops} crops of {fit.Crop} a photo, batch {fit.Batch}, scale {fit.MinScale}-{fit.MaxScale}, dice {fit.Dice}, " +
                    $"class weights {(fit.ClassWeights is null ? "none" : string.Join(',', fit.ClassWeights))}, photometric {fit.Photometric}, " +
                    $"average {fit.AverageWeights}, rate {fit.LearningRate}, seed {fit.Seed}{(fit.Residual ? ", added to the dense answer" : "")} | {Number(point.ValidationMIoU)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Own ensembler only: the others are comparisons of accuracy.</summary>
    public IReadOnlyList<PlotDot> Dots() =>
    [
        .. points.SelectMany(p => p.Rows.Where(r => r.Ensembler is null or "own").Select(r => (p, r)))
            .Where(x => Time(x.p, x.r) is not null)
            .Select(x => new PlotDot(
                x.r == x.p.Rows[0] ? x.p.Name : $"{x.p.Name}, {x.r.Selector}",
                x.p.Kind switch { "dense" => DotKind.Dense, "model" => DotKind.Marked, _ => DotKind.Fit },
                Time(x.p, x.r)!.Value,
                (x.r.Ensembled ?? x.r.Initial).MIoU)),
    ];

    private double? Time(MeasuredPoint point, MeasuredRow row) => row.Ensembler is null or "own"
        ? times?.Rows.FirstOrDefault(t => t.Point == point.Name && t.Selector == row.Selector)?.Milliseconds
        : null;

    private static string Three(MeasuredRow row, Func<Scores, double?> value) => row.RefinerOnly is null
        ? Number(value(row.Initial))
        : $"{Number(value(row.Initial))} / {Number(value(row.RefinerOnly))} / {Number(value(row.Ensembled!))}";

    private static string Number(double? value) => value is double number ? $"{number:0.0000}" : "-";
}
