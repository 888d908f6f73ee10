using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>Makes a plan's points in one folder: <c>NAME.json</c> each, <c>NAME.sparserefine</c> for fitted ones, <c>times.json</c>.</summary>
internal sealed class Sweep(SweepPlan plan, string data, string folder)
{
    private const double HeldOutShare = 0.2;
    private const int Rounds = 3;
    private readonly ClassList _classes = ClassList.Load(plan.Classes);

    /// <summary>Makes the points that have no file yet.</summary>
    public void Run(CancellationToken cancellation)
    {
        IReadOnlyList<Photo> test = Photo.Of(data, "test");
        foreach (PlannedPoint point in plan.Points)
        {
            if (File.Exists(FileOf(point)))
            {
                Console.WriteLine($"{point.Name}: there");
                continue;
            }

            EpochReport? best = point.Model is not null || point.Fit is null ? null : Fit(point, cancellation);
            using Subject subject = Open(point);
            Save(FileOf(point), new MeasuredPoint(
                point.Name,
                point.Dense is not null ? "dense" : point.Model is not null ? "model" : "fit",
                point.Fit is null ? null : plan.Settings(point),
                best?.Scores.MeanIoU,
                test.Count,
                subject.Measure(test, _classes.Count, cancellation)));
            Console.WriteLine($"{point.Name}: made");
        }
    }

    /// <summary>
    /// Times all points, in turn, on the first test photo; the medians of several rounds. Points of the same network and selector are timed
    /// once; weights do not matter, so fits need not be made. A dense model or pipeline that is not there is left out.
    /// </summary>
    public void Time(CancellationToken cancellation)
    {
        string photo = Photo.Of(data, "test")[0].ImagePath;
        using MLImage image = PhotoReader.Read(photo);
        IGrouping<string, PlannedPoint>[] alike =
            [.. plan.Points.Where(p => p.Fit is not null || File.Exists(p.Dense ?? p.Model)).GroupBy(Shape)];
        Subject[] subjects = [.. alike.Select(group => group.First() is { Fit: not null } point
            ? Subject.OfSettings(plan, plan.Settings(point), _classes.Count, [.. group.SelectMany(Selectors)])
            : Open(group.First()))];
        try
        {
            Dictionary<(int Group, string? Selector), List<double>> times = [];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < subjects.Length; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (round == 0 || subjects[i].Refiner is not null)
                    {
                        subjects[i].Run(image, subjects[i].Choices.FirstOrDefault());
                    }

                    foreach (PixelChoice? choice in subjects[i].Choices.Cast<PixelChoice?>().DefaultIfEmpty())
                    {
                        long started = Stopwatch.GetTimestamp();
                        subjects[i].Run(image, choice);
                        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                        (CollectionsMarshal.GetValueRefOrAddDefault(times, (i, choice?.Text), out _) ??= []).Add(elapsed);
                    }

                    // All of them together would not fit the memory; so each round begins with a run that is not timed.
                    subjects[i].Refiner?.ReleaseBuffers();
                }
            }

            Save(Path.Combine(folder, "times.json"), new MeasuredTimes(
                Environment.ProcessorCount,
                Rounds,
                Path.GetFileName(photo),
                [
                    .. alike.SelectMany((group, i) => group.SelectMany(point =>
                        (point.Fit is null ? subjects[i].Choices.Select(choice => choice.Text) : Selectors(point)).DefaultIfEmpty().Select(
                            selector => new TimedRow(point.Name, selector, times[(i, selector)].Order().ElementAt(Rounds / 2))))),
                ]));
        }
        finally
        {
            foreach (Subject subject in subjects)
            {
                subject.Dispose();
            }
        }
    }

    /// <summary>Writes <c>table.md</c> and <c>plot.svg</c> of the points that are made.</summary>
    public void Report()
    {
        MeasuredPoint[] points =
            [.. plan.Points.Where(p => File.Exists(FileOf(p))).Select(p => Read<MeasuredPoint>(FileOf(p)))];
        string times = Path.Combine(folder, "times.json");
        ResultTable table = new(points, File.Exists(times) ? Read<MeasuredTimes>(times) : null);
        Write(Path.Combine(folder, "table.md"), path => File.WriteAllText(path, table.Markdown()));
        Write(Path.Combine(folder, "plot.svg"), path => File.WriteAllText(path, ScatterPlot.Svg(table.Dots(), "mIoU, test photos")));
    }

    private string FileOf(PlannedPoint point) => Path.Combine(folder, point.Name + ".json");

    private string ModelOf(PlannedPoint point) => point.Model ?? Path.Combine(folder, point.Name + ".sparserefine");

    private Subject Open(PlannedPoint point) => point.Dense is string dense
        ? Subject.OfDense(dense, point.Scale ?? 1, plan.SizeMultiple)
        : Subject.OfPipeline(ModelOf(point), point.Selectors ?? []);

    // Points of one network take the same time with the same selector.
    private string Shape(PlannedPoint point)
    {
        if (point.Fit is null)
        {
            return point.Name;
        }

        FitSettings s = plan.Settings(point);
        return $"planes {string.Join(',', s.Planes)}, reps {s.Reps}, features {s.Features}, residual {s.Residual}";
    }

    private IEnumerable<string> Selectors(PlannedPoint point) => [.. (point.Selectors ?? []).Prepend(plan.Settings(point).Selector).Distinct()];

    private EpochReport Fit(PlannedPoint point, CancellationToken cancellation)
    {
        FitSettings settings = plan.Settings(point);
        string workspace = Path.Combine(folder, point.Name + ".workspace");
        MLContext ml = new(seed: settings.Seed);
        Photo[] photos = [.. Photo.Of(data, "train")];
        new Random(settings.Seed).Shuffle(photos);
        int held = Math.Max(1, (int)(HeldOutShare * photos.Length));
        IDataView rows = ml.Data.LoadFromEnumerable(photos);
        var inputs = ml.SemanticSegmentation.LoadPhotos("Image", null, nameof(Photo.ImagePath))
            .Append(ml.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
            {
                OutputColumnName = "Label",
                PathColumnName = nameof(Photo.LabelPath),
                Classes = _classes.Count,
            }))
            .Append(ml.SemanticSegmentation.ApplyDenseModel(
                "Logits", "Image", plan.Dense, new DenseModelOptions { Scale = plan.Scale, SizeMultiple = plan.SizeMultiple }))
            .Fit(rows);
        IDataView Of(IEnumerable<Photo> some) => inputs.Transform(ml.Data.LoadFromEnumerable(some));
        SparseRefinementTransformer refiner = ml.SemanticSegmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(settings.Options)
        {
            ClassList = _classes,
            Selector = PixelSelector.Parse(settings.Selector),
            ValidationSet = Of(photos.Take(held)),
            CancellationToken = cancellation,
            KeepBestOnCancel = false,
            WorkspacePath = workspace,
            MetricsCallback = report => Console.WriteLine(
                $"{point.Name}: epoch {report.Epoch}/{report.Epochs}, loss {report.Loss:0.0000}, validation mIoU " +
                $"{report.Validation!.Initial.Full.MeanIoU:0.0000} -> {report.Scores.MeanIoU:0.0000}, {report.Elapsed.TotalSeconds:0} s"),
        }).Fit(Of(photos.Skip(held)));

        using var model = new TransformerChain<ITransformer>(inputs.LastTransformer, refiner);
        Write(ModelOf(point), path => ml.SemanticSegmentation.Save(model, null, path));
        TrainingHistory history = refiner.Training!;
        return history.Epochs.Single(report => report.Epoch == history.BestEpoch);
    }

    private static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), SweepPlan.Json)!;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(path, $"a {typeof(T).Name} of this program", e.Message, e);
        }
    }

    private static void Save<T>(string path, T value) =>
        Write(path, file => File.WriteAllText(file, JsonSerializer.Serialize(value, SweepPlan.Json) + "\n"));

    // To a temporary name first, so that a file that is there is whole.
    private static void Write(string path, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        write(temporary);
        File.Move(temporary, path, overwrite: true);
    }
}
