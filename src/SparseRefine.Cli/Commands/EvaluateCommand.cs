using System.CommandLine;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Persistence;
using SparseRefine.Selectors;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>evaluate</c>: how good and how fast a fitted pipeline, or a dense model by itself, is on labelled photos.</summary>
internal static class EvaluateCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string?> model = OptionValues.Path("--model", "A fitted pipeline (*.sparserefine).", "FILE");
        Option<string?> dense = OptionValues.Path("--dense", "A dense model by itself, instead of --model.", "M.onnx");
        Option<string?> classes = OptionValues.Path("--classes", "Names of the dense model's classes: id,name,r,g,b.", "classes.csv");
        Option<string> images = OptionValues.Required("--images", "Folder of photos.", "DIR");
        Option<string?> labels = OptionValues.Path("--labels", "Folder of label maps (png, tif) with the photos' names.", "DIR");
        Option<string?> json = OptionValues.Path("--json", "Also write the numbers here.", "FILE");
        Option<IPixelSelector?> selector = OptionValues.Create<IPixelSelector?>(
            "--selector", "Measure the model behind another selector than its own.", "entropy:0.1|learned:0.3", PixelSelector.Parse);
        Option<int> threads = OptionValues.Threads();
        Option<long> maxPixels = OptionValues.MaxPixels();
        Option<string?> refiner = ShippedModelOptionGroup.CreateRefiner();
        DenseModelOptionGroup sees = new();
        LabelOptionGroup label = new();
        TeacherOptionGroup teacher = new();
        DeviceOption device = new();
        Command command = new("evaluate", "Compares the dense, the sparse and the merged answer with labels, with a teacher's answer or with both.")
        {
            model, dense, refiner, classes, images, labels, selector, json, threads, maxPixels,
        };
        sees.AddTo(command);
        label.AddTo(command);
        teacher.AddTo(command);
        device.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(model) is null == result.GetResult(dense) is null)
            {
                result.AddError("--model, --dense: expected one of them, got both or neither");
            }

            if (result.GetResult(dense) is not null && result.GetResult(refiner) is null && result.GetResult(selector) is not null)
            {
                result.AddError("--selector: expected only with --model or --refiner, got it with --dense alone");
            }

            if (result.GetResult(refiner) is not null && result.GetResult(dense) is null)
            {
                result.AddError("--refiner: expected with --dense, got it without");
            }

            bool isTaught = result.GetResult(teacher.Teacher) is not null;
            if (!isTaught && result.GetResult(labels) is null)
            {
                result.AddError("--labels: expected a folder of labels, or --teacher for photos without, got neither");
            }

            if (result.GetResult(model) is not null)
            {
                sees.RefuseBesideModel(result, classes, refiner);
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(json) is string file)
            {
                OutputFile.CheckFile(file, "--json");
            }

            PhotoPairs pairs = parsed.GetValue(labels) is string truth
                ? PhotoFolder.Pair(
                    parsed.GetRequiredValue(images), "--images", truth, "--labels", label.Suffix(parsed), parsed.GetResult(teacher.Teacher) is not null)
                : PhotoFolder.Unlabelled(parsed.GetRequiredValue(images), "--images");
            LabelledPhoto[] labelled = [.. pairs.Rows.Where(row => row.LabelPath.Length > 0)];
            LabelReading reading = new() { Mapping = label.Mapping(parsed), MaxPixels = parsed.GetValue(maxPixels) };
            SegmentationModelOptions machine = device.Place(
                parsed,
                new() { Context = new PhotoRemark(console).Context(), Threads = parsed.GetValue(threads), MaxPixels = parsed.GetValue(maxPixels) },
                console.WriteLine);
            if (parsed.GetValue(model) is not null || parsed.GetValue(refiner) is not null)
            {
                using SegmentationModel saved = parsed.GetValue(model) is string path
                    ? SegmentationModel.Load(path, machine)
                    : ShippedModelOptionGroup.Open(
                        parsed.GetRequiredValue(dense)!,
                        parsed.GetValue(refiner),
                        sees.Read(parsed, machine.Threads, [parsed.GetRequiredValue(dense)!], console.WriteLine),
                        parsed.GetValue(classes),
                        null,
                        machine);
                using SegmentationModel? other = parsed.GetValue(selector) is IPixelSelector chosen ? saved.WithSelector(chosen) : null;
                using DenseModel? asked = teacher.Open(parsed, saved, isNeeded: false, console.WriteLine);
                Tell(console, pairs);
                reading = labelled.Length == 0
                    ? reading
                    : LabelSurvey.Take(console, labelled, reading with { ClassList = saved.Classes, Classes = saved.Refiner?.Classes }, "--labels", cancellation);
                Run(
                    console,
                    pairs,
                    parsed.GetValue(json),
                    photos => (other ?? saved).Evaluate(
                        photos, new SemanticSegmentationEvaluationOptions { LabelMapping = reading.Mapping, Teacher = asked }, cancellation),
                    ReportTable.Write,
                    ReportJson.Write,
                    cancellation);
            }
            else
            {
                string onnx = parsed.GetRequiredValue(dense)!;
                ClassList? names = parsed.GetValue(classes) is string list ? ClassList.Load(list) : null;
                Tell(console, pairs);
                EvaluateDenseRun run = new()
                {
                    ModelPath = onnx,
                    Model = sees.Read(parsed, machine.Threads, [onnx], console.WriteLine),
                    Labels = labelled.Length == 0 ? reading : LabelSurvey.Take(console, labelled, reading with { ClassList = names }, "--labels", cancellation),
                    OpenTeacher = opened => teacher.Open(parsed, opened, isNeeded: false, console.WriteLine),
                    HasLabels = labelled.Length > 0,
                    ClassesPath = parsed.GetValue(classes),
                    Machine = machine,
                };
                Run(console, pairs, parsed.GetValue(json), run.Execute, ReportTable.Write, ReportJson.Write, cancellation);
            }

            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static void Tell(IAnsiConsole console, PhotoPairs pairs)
    {
        console.WriteLine(RuntimeLine.Text);
        if (pairs.Remark is string remark)
        {
            console.WriteLine(remark);
        }
    }

    private static void Run<T>(
        IAnsiConsole console,
        PhotoPairs pairs,
        string? json,
        Func<IEnumerable<LabelledPhoto>, T> evaluate,
        Action<IAnsiConsole, T> show,
        Action<T, Stream> write,
        CancellationToken cancellation)
    {
        T report = Steps.Run(
            console,
            "evaluating",
            pairs.Rows.Count,
            steps => evaluate(steps.Over(pairs.Rows, cancellation)));
        cancellation.ThrowIfCancellationRequested();
        show(console, report);
        if (json is not null)
        {
            AtomicFile.Write(json, file => write(report, file));
            console.WriteLine($"numbers: {json}");
        }
    }
}
