// Trains variants of the feature refinement network by one short schedule and compares them on the test photos. Run it as
//   dotnet run --project tests/experiments/ablation -c Release -- tests/experiments/ablation/facades.json DATA OUT
// DATA holds classes.csv, images/{train,valid,test}, labels/{train,valid,test}. An interrupted run goes on where it was; OUT/table.md grows with each variant.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.Experiments.Ablation;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Training;

if (args is not [string planFile, string data, string output])
{
    Console.Error.WriteLine("usage: ablation PLAN.json DATA OUT");
    return 2;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

AblationPlan plan = AblationPlan.Read(planFile);
ClassList classes = ClassList.Load(Path.Combine(data, "classes.csv"));
Directory.CreateDirectory(output);
MLContext ml = new(seed: 1);
foreach (AblationPoint point in plan.Points)
{
    string file = Path.Combine(output, point.Name + ".json");
    if (AblationPlan.Result(file) is null)
    {
        AblationPlan.Write(file, Make(point));
    }

    WriteTable();
}

return 0;

AblationResult Make(AblationPoint point)
{
    string workspace = Path.Combine(output, point.Name + ".work");
    TrainingHistory history = null!;
    using DenseSegmentationTransformer model = ml.SemanticSegmentation.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options(plan.Training(point))
    {
        ClassList = classes,
        Height = plan.Size,
        Width = plan.Size,
        ValidationSet = Rows("valid"),
        WorkspacePath = workspace,
        KeepBestOnCancel = false,
        CancellationToken = stop.Token,
        MetricsCallback = epoch => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Name}: epoch {epoch.Epoch}/{epoch.Epochs}, loss {epoch.Loss:0.000}, validation mIoU {epoch.Scores.MeanIoU:0.0000}, {epoch.Elapsed.TotalSeconds:0.0} s")),
        EndCallback = end => history = end,
    }).Fit(Rows("train"));
    SemanticSegmentationMetrics metrics = ml.SemanticSegmentation.Evaluate(model.Transform(Rows("test")));
    Directory.Delete(workspace, recursive: true);
    EpochReport best = history.Epochs[history.BestEpoch - 1];
    return new AblationResult(
        point.Name,
        history.BestEpoch,
        best.Scores.MeanIoU,
        metrics.MeanIoU,
        metrics.PixelAccuracy,
        model.Model.MultiplyAdds(plan.Size, plan.Size) ?? 0,
        Milliseconds(model),
        history.Epochs.Sum(epoch => epoch.Elapsed.TotalSeconds));
}

double Milliseconds(DenseSegmentationTransformer model)
{
    byte[] pixels = new byte[plan.Size * plan.Size * 3];
    ImageView photo = new(pixels, plan.Size, plan.Size, PixelOrder.Rgb24);
    double best = double.PositiveInfinity;
    for (int i = 0; i < 10; i++)
    {
        long started = Stopwatch.GetTimestamp();
        model.Model.Run(photo);
        best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    return best;
}

IDataView Rows(string part)
{
    string labels = Path.Combine(data, "labels", part);
    IDataView rows = ml.Data.LoadFromEnumerable(
        Directory.EnumerateFiles(Path.Combine(data, "images", part)).Order(StringComparer.Ordinal).Select(photo => new Pair
        {
            ImagePath = photo,
            LabelPath = Path.Combine(labels, Path.ChangeExtension(Path.GetFileName(photo), ".png")),
        }).ToArray());
    return ml.SemanticSegmentation.LoadPhotos("Image", null, nameof(Pair.ImagePath))
        .Append(ml.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
        {
            OutputColumnName = "Label",
            PathColumnName = nameof(Pair.LabelPath),
            Classes = classes.Count,
        }))
        .Fit(rows)
        .Transform(rows);
}

void WriteTable()
{
    StringBuilder table = new("| variant | validation mIoU | test mIoU | test accuracy | 10^9 multiply-adds | ms |\n|---|---:|---:|---:|---:|---:|\n");
    foreach (AblationPoint point in plan.Points)
    {
        if (AblationPlan.Result(Path.Combine(output, point.Name + ".json")) is AblationResult made)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {made.Name} | {made.ValidationMIoU:0.0000} | {made.TestMIoU:0.0000} | {made.TestAccuracy:0.0000} | {made.MultiplyAdds / 1e9:0.000} | {made.Milliseconds:0.0} |\n");
        }
    }

    File.WriteAllText(Path.Combine(output, "table.md"), table.ToString());
}

internal sealed class Pair
{
    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";
}
