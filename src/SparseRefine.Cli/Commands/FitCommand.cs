using System.CommandLine;
using SparseRefine.Cli.Options;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>fit</c>: the command line of <see cref="FitRun"/>.</summary>
internal static class FitCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        RefinerTrainerOptions standard = new();
        TeacherOptionGroup teacher = new();
        TrainingOptionGroup training = new(standard, $"{standard.CropHeight}x{standard.CropWidth}", teacher.Teacher);
        DenseModelOptionGroup model = new();
        MethodOptions method = new();
        Option<string[]> dense = new("--dense")
        {
            Description = "The dense model. Given several times: one refiner for all of them, with an --out for each in the same order.",
            HelpName = "M.onnx",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string[]> output = new("--out")
        {
            Description = "The pipeline file to write (*.sparserefine).",
            HelpName = "MODEL",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> warmStart = OptionValues.Path(
            "--warm-start",
            "A pipeline file whose refiner training starts from, or shipped, the one that comes with the tool and looks at each class by itself; method, features, planes, reps and residual are its own.",
            $"MODEL|{ShippedRefiner.Name}");
        Option<SelectorChoice> selector = OptionValues.Create(
            "--selector",
            "Which pixels to refine; auto finds an entropy threshold on the validation photos. [default: entropy above 0.3 nats, or above what leaves a quarter of the validation pixels]",
            "entropy:0.3|fraction:0.1|learned:0.1|margin:0.2|auto:density=0.1|auto:knee",
            SelectorChoice.Parse);
        Option<FeatureSpec> features = OptionValues.Create(
            "--features",
            $"What the sparse network sees of a pixel: any of rgb, xy, p, pt. [default: {standard.Features.Describe()}]",
            "rgb,p",
            FeatureSpec.Parse);
        Option<IReadOnlyList<int>> planes = OptionValues.Create(
            "--planes",
            $"Channels of the sparse network's levels, finest first. [default: {string.Join(',', standard.Planes)}]",
            "16,32,64",
            OptionValues.Planes);
        Option<int> reps = OptionValues.Int32("--reps", "Residual blocks a level.", 1, standard.Reps);
        Option<bool?> residual = new("--residual")
        {
            Description = "Add the sparse network's answer to the dense one, so that training starts from the dense answer; needs feature p. On where it can be; --residual false for the paper's network.",
        };
        Option<double?> dice = OptionValues.Create<double?>(
            "--dice", FormattableString.Invariant($"Weight of the Dice loss beside cross-entropy; 0 is none. [default: {standard.DiceWeight}]"), "W", t => OptionValues.Weight(t, 100));
        Option<double?> weight = OptionValues.Create<double?>(
            "--teacher-weight",
            FormattableString.Invariant($"Share of the teacher where a pixel has a label too, 0 to 1. [default: {standard.TeacherWeight}]"),
            "W",
            t => OptionValues.Share(t, inclusive: true));
        Option<bool> keepAnyway = new("--keep-anyway")
        {
            Description = $"Write the refiner even if it is no better than the dense model on the validation photos; or, with --keep, the best there is; else such a fit writes nothing and ends with exit code {ExitCodes.NoBetter}.",
        };
        Option<double?> keep = OptionValues.Create<double?>(
            "--keep",
            "Find the cheapest scale, share of pixels and network that keep this share of what the teacher (--teacher, else the dense model at full resolution) is better than the cheapest dense answer; a plot goes beside --out. --scale or --size fixes the scale, --planes is the larger network.",
            "0.99",
            t => OptionValues.Real(t, 0, 1));
        Command command = new("fit", "Fits a refiner for a dense model on photos with labels, with a teacher or with both, and saves the whole pipeline.")
        {
            dense, output, warmStart, selector, features, planes, reps, residual, dice, weight, keep, keepAnyway,
        };
        training.AddTo(command);
        teacher.AddTo(command);
        model.AddTo(command);
        method.AddTo(command);
        command.Validators.Add(result =>
        {
            string[] models = result.GetValue(dense) ?? [];
            string[] files = result.GetValue(output) ?? [];
            if (models.Length != files.Length)
            {
                result.AddError($"--out: expected {models.Length}, one for each --dense, got {files.Length}");
            }

            if (result.GetResult(keep) is not null && models.Length > 1)
            {
                result.AddError($"--keep: expected one --dense beside it, got {models.Length}");
            }

            if (result.GetResult(keep) is not null && new Option[] { selector, warmStart }.FirstOrDefault(o => result.GetResult(o) is not null) is Option chosen)
            {
                result.AddError($"--keep: expected no {chosen.Name} beside it, as it chooses the pixels and fits several networks, got both");
            }

            if (result.GetResult(weight) is not null && result.GetResult(teacher.Teacher) is null)
            {
                result.AddError("--teacher-weight: expected --teacher beside it, got none");
            }

            if (result.GetValue(residual) == true && result.GetValue(features) is FeatureSpec used && !used.Describe().Split(',').Contains("p"))
            {
                result.AddError($"--residual: expected feature p beside it, got {used.Describe()}");
            }

            if (result.GetValue(warmStart) == ShippedRefiner.Name && result.GetResult(method.DenseFeatures) is not null)
            {
                result.AddError($"--warm-start: expected no --dense-features beside {ShippedRefiner.Name}, whose network reads none, got both");
            }

            if (result.GetResult(warmStart) is not null
                && new Option[] { method.Method, features, planes, reps, residual }.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is Option own)
            {
                result.AddError($"--warm-start: expected no {own.Name} beside it, as the model has its own");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            RefinerTrainerOptions options = OptionValues.Checked(() => training.Apply(parsed, method.Apply(parsed, standard) with
            {
                Features = parsed.GetValue(features) ?? standard.Features,
                Planes = parsed.GetValue(planes) ?? standard.Planes,
                Reps = parsed.GetValue(reps),
                Residual = parsed.GetValue(residual),
                DiceWeight = parsed.GetValue(dice) ?? standard.DiceWeight,
                TeacherWeight = parsed.GetValue(weight) ?? standard.TeacherWeight,
            }));
            string[] paths = parsed.GetRequiredValue(dense);
            DenseModelOptions sees = model.Read(parsed, options.Threads, paths, console.WriteLine) with { FeatureOutputName = parsed.GetValue(method.DenseFeatures) };
            if (parsed.GetValue(keep) is double share)
            {
                return Task.FromResult(new KeepRun(console)
                {
                    Keep = share,
                    DensePath = paths[0],
                    Dense = sees,
                    HasSize = sees.Height is not null || model.HasSize(parsed),
                    Inputs = training.Inputs(parsed),
                    Output = parsed.GetRequiredValue(output)[0],
                    Reference = teacher.Read(parsed, paths, sees, console.WriteLine, isNeeded: true)!,
                    IsTaught = parsed.GetResult(teacher.Teacher) is not null,
                    KeepsAnyway = parsed.GetValue(keepAnyway),
                    Training = options,
                }.Execute(cancellation));
            }

            FitRun run = new(console)
            {
                DensePaths = paths,
                Inputs = training.Inputs(parsed),
                Outputs = parsed.GetRequiredValue(output),
                WarmStart = parsed.GetValue(warmStart),
                Selector = parsed.GetValue(selector) ?? SelectorChoice.Standard,
                Dense = sees,
                Teacher = teacher.Read(parsed, paths, sees, console.WriteLine),
                KeepsAnyway = parsed.GetValue(keepAnyway),
                Training = options,
            };
            return Task.FromResult(run.Execute(cancellation));
        });
        return command;
    }
}
