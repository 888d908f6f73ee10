using System.CommandLine;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Options;

/// <summary>Which model answers: a fitted pipeline, <c>--model</c>; a dense model alone, <c>--dense M.onnx</c>; or one with the shipped refiner behind it, <c>--dense M.onnx --refiner shipped</c>.</summary>
internal sealed class ShippedModelOptionGroup
{
    private readonly DenseModelOptionGroup _sees = new();

    /// <summary>The fitted pipeline.</summary>
    public Option<string?> Model { get; } = OptionValues.Path("--model", "A fitted pipeline (*.sparserefine).", "FILE");

    /// <summary>The dense model.</summary>
    public Option<string?> Dense { get; } = OptionValues.Path("--dense", "A dense model, instead of --model: by itself, or with --refiner.", "M.onnx");

    /// <summary>Names of the classes.</summary>
    public Option<string?> Classes { get; } = OptionValues.Path("--classes", "Names of the dense model's classes: id,name,r,g,b.", "classes.csv");

    /// <summary>Which refiner.</summary>
    public Option<string?> Refiner { get; } = CreateRefiner();

    /// <summary>Which pixels it refines.</summary>
    public Option<IPixelSelector?> Selector { get; } = OptionValues.Create<IPixelSelector?>(
        "--selector", $"Which pixels the shipped refiner refines. [default: {ShippedRefiner.Selector}]", "entropy:0.2|fraction:0.1", PixelSelector.Parse);

    /// <summary>The option <c>--refiner</c>.</summary>
    public static Option<string?> CreateRefiner() => OptionValues.Create<string?>(
        "--refiner", "Which refiner stands behind the dense model: shipped is the one that comes with the tool and serves any model.", ShippedRefiner.Name, Name);

    /// <summary>Adds the options and their checks.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Model, Dense, Classes, Refiner, Selector])
        {
            command.Add(option);
        }

        _sees.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isDense = result.GetResult(Dense) is not null;
            if (result.GetResult(Model) is null != isDense)
            {
                result.AddError($"--model, --dense: expected one of them, got {(isDense ? "both" : "neither")}");
            }
            else if (isDense && result.GetResult(Refiner) is null && result.GetResult(Selector) is not null)
            {
                result.AddError("--selector: expected --refiner beside it, as a dense model by itself selects nothing, got none");
            }
            else if (!isDense)
            {
                if (result.GetValue(Model) is string model && IsOnnx(model))
                {
                    result.AddError($"--model: expected a fitted pipeline (*.sparserefine), or --dense for a dense model, got {model}");
                }

                _sees.RefuseBesideModel(result, Classes, Refiner, Selector);
            }
        });
    }

    /// <summary>Whether a file is a dense model by its name.</summary>
    /// <param name="path">The file.</param>
    public static bool IsOnnx(string path) => Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens the fitted pipeline, or the dense model, with its refiner or by itself.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Matters of the machine.</param>
    /// <param name="tell">Is told which configuration was found beside the model.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">A bad model, or names of other classes.</exception>
    public SegmentationModel Open(ParseResult parsed, SegmentationModelOptions options, Action<string> tell) =>
        parsed.GetValue(Dense) is string onnx
            ? Open(onnx, parsed.GetValue(Refiner), _sees.Read(parsed, options.Threads, [onnx], tell), parsed.GetValue(Classes), parsed.GetValue(Selector), options)
            : SegmentationModel.Load(parsed.GetValue(Model)!, options);

    /// <summary>Opens a dense model, by itself or with the shipped refiner behind it.</summary>
    /// <param name="onnx">The dense model.</param>
    /// <param name="refiner">The refiner; null: none.</param>
    /// <param name="sees">How it sees photos.</param>
    /// <param name="classes">File of its classes' names; null: as its configuration says, else unknown.</param>
    /// <param name="selector">Which pixels are refined; null: the refiner's own.</param>
    /// <param name="options">Matters of the machine.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">A bad model, or names of other classes.</exception>
    public static SegmentationModel Open(string onnx, string? refiner, DenseModelOptions sees, string? classes, IPixelSelector? selector, SegmentationModelOptions options)
    {
        ClassList? names = classes is null ? null : ClassList.Load(classes);
        if (refiner is null)
        {
            return Alone(onnx, sees, names, options);
        }

        using SegmentationModel dense = SegmentationModel.FromOnnx(onnx, sees, names, options);
        return dense.WithShippedRefiner(selector);
    }

    // The classes of a configuration beside the model are known once their number is.
    private static SegmentationModel Alone(string onnx, DenseModelOptions sees, ClassList? names, SegmentationModelOptions options)
    {
        SegmentationModel dense = SegmentationModel.FromOnnx(onnx, sees, names, options);
        if (names is not null || ModelConfig.ClassesBeside(onnx, dense.Dense!.Classes) is not ClassList beside)
        {
            return dense;
        }

        dense.Dispose();
        return SegmentationModel.FromOnnx(onnx, sees, beside, options);
    }

    private static string? Name(string text) =>
        text == ShippedRefiner.Name ? text : throw new InvalidInputException("text", ShippedRefiner.Name, $"'{text}'");
}
