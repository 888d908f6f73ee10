using System.CommandLine;
using System.CommandLine.Parsing;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary>The options that say how a dense model sees photos and what its scores mean. They go before what a file of <c>--model-config</c> says.</summary>
internal sealed class DenseModelOptionGroup
{
    private static readonly DenseModelOptions Standard = new();
    private readonly Option<double?> _scale = OptionValues.Create<double?>(
        "--scale", "Side of what the dense model sees / side of the photo. [default: 0.5]", "0.5", t => OptionValues.Real(t, 0, 4));
    private readonly Option<(int Height, int Width)?> _size = OptionValues.Create<(int Height, int Width)?>(
        "--size", "What the dense model sees, instead of --scale.", "HxW", t => OptionValues.Size(t));
    private readonly Option<int?> _multiple = OptionValues.Create<int?>(
        "--size-multiple", $"The dense model's sides are multiples of this. [default: {Standard.SizeMultiple}]", "N", t => OptionValues.Whole(t, 1));
    private readonly Option<string?> _config = OptionValues.Path(
        "--model-config",
        "JSON with the values of these options, as valueRange; also Hugging Face's preprocessor_config.json (read by itself beside the model) and mmdeploy's pipeline.json.",
        "FILE");
    private readonly Option<IReadOnlyList<float>?> _mean = OptionValues.Create<IReadOnlyList<float>?>(
        "--mean", "Subtracted from red, green, blue, on the scale of --value-range; 0 where one of --mean, --std and --value-range is given. [default: ImageNet's]", "R,G,B", Triple);
    private readonly Option<IReadOnlyList<float>?> _std = OptionValues.Create<IReadOnlyList<float>?>(
        "--std", "What they are divided by, on the same scale; 1 where one of the three is given. [default: ImageNet's]", "R,G,B", Triple);
    private readonly Option<double?> _range = OptionValues.Create<double?>(
        "--value-range", "Scale of colors before --mean and --std: 0-1 or 0-255. [default: 0-255]", "0-1|0-255", t => ModelConfig.ValueRange(t));
    private readonly Option<ChannelOrder?> _order = OptionValues.Create<ChannelOrder?>(
        "--channel-order", "Order of the planes that the dense model expects. [default: rgb]", "rgb|bgr", t => ModelConfig.Word<ChannelOrder>(t));
    private readonly Option<Interpolation?> _interpolation = OptionValues.Create<Interpolation?>(
        "--interpolation", "How photos are resized for it. [default: area]", "area|bilinear|nearest", t => ModelConfig.Word<Interpolation>(t));
    private readonly Option<ScoreKind?> _scores = OptionValues.Create<ScoreKind?>(
        "--scores", "What its scores mean; auto: the graph tells, or the values. [default: auto]", "logits|probabilities|auto", t => ModelConfig.Word<ScoreKind>(t));
    private readonly Option<string?> _input = OptionValues.Path("--input-name", "Its image input. [default: its only one]", "NAME");
    private readonly Option<string?> _output = OptionValues.Path("--output-name", "Its score output. [default: its only one]", "NAME");
    private readonly Option<TensorLayout?> _inputLayout = OptionValues.Create<TensorLayout?>(
        "--input-layout", "Where the colors stand in its input. [default: auto]", "channels-first|channels-last|auto", t => ModelConfig.Word<TensorLayout>(t));
    private readonly Option<TensorLayout?> _outputLayout = OptionValues.Create<TensorLayout?>(
        "--output-layout", "Where the classes stand in its scores. [default: auto]", "channels-first|channels-last|auto", t => ModelConfig.Word<TensorLayout>(t));
    private readonly bool _hasSizes;

    /// <param name="hasSizes">Whether --scale, --size and --size-multiple are among them; else the command has its own.</param>
    public DenseModelOptionGroup(bool hasSizes = true) => _hasSizes = hasSizes;

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. new DenseModelOptionGroup().All.Select(option => option.Name)];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
    [
        .. _hasSizes ? new Option[] { _scale, _size, _multiple } : [],
        _config, _mean, _std, _range, _order, _interpolation, _scores, _input, _output, _inputLayout, _outputLayout,
    ];

    /// <summary>Adds the options and their checks.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (_hasSizes && result.GetResult(_scale) is not null && result.GetResult(_size) is not null)
            {
                result.AddError("--scale, --size: expected one of them, got both");
            }

            // Deviations below 1 of 255 are those of another scale: silence would give scores of noise.
            if (result.GetResult(_std) is OptionResult given && result.GetResult(_range) is null && !given.Errors.Any()
                && given.GetValueOrDefault<IReadOnlyList<float>?>() is { } std && std.All(v => v < 1))
            {
                result.AddError($"--std: expected --value-range 0-1 beside deviations below 1, got {string.Join(',', std)} on the scale 0-255");
            }
        });
    }

    /// <summary>Refuses them beside a fitted pipeline, which has its own.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="others">Further options of the command that a pipeline has its own of.</param>
    public void RefuseBesideModel(CommandResult result, params Option[] others)
    {
        if (result.Children.OfType<OptionResult>().FirstOrDefault(o => !o.Implicit && (others.Contains(o.Option) || All.Contains(o.Option))) is { } own)
        {
            result.AddError($"--model: expected no {own.Option.Name} beside it, as the model has its own");
        }
    }

    /// <summary>Whether the command line says what size the dense model sees.</summary>
    /// <param name="parsed">The command line.</param>
    public bool HasSize(ParseResult parsed) => parsed.GetResult(_scale) is not null || parsed.GetResult(_size) is not null;

    /// <summary>How the dense model sees photos.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads of the model; 0 takes all processors.</param>
    /// <param name="models">The ONNX files; beside a single one its configuration is looked for.</param>
    /// <param name="tell">Is told which file was found there.</param>
    /// <returns>The options.</returns>
    /// <exception cref="InvalidInputException">A bad configuration file.</exception>
    public DenseModelOptions Read(ParseResult parsed, int threads, IReadOnlyList<string> models, Action<string> tell)
    {
        DenseModelOptions options = Standard with { IntraOpNumThreads = threads };
        if (parsed.GetValue(_config) is string config)
        {
            options = ModelConfig.Read(config, options);
        }
        else if (models.Count == 1 && ModelConfig.Beside(models[0]) is string beside)
        {
            options = ModelConfig.Read(beside, options);
            tell($"how {models[0]} sees photos: {beside}");
        }

        if (parsed.GetValue(_size) is var (height, width))
        {
            options = options with { Scale = null, Height = height, Width = width };
        }
        else if (parsed.GetValue(_scale) is double scale)
        {
            options = options with { Scale = scale, Height = null, Width = null };
        }

        return OptionValues.Checked(() => ModelConfig.Normalise(options, parsed.GetValue(_range), parsed.GetValue(_mean), parsed.GetValue(_std)) with
        {
            SizeMultiple = parsed.GetValue(_multiple) ?? options.SizeMultiple,
            ChannelOrder = parsed.GetValue(_order) ?? options.ChannelOrder,
            Interpolation = parsed.GetValue(_interpolation) ?? options.Interpolation,
            ScoreKind = parsed.GetValue(_scores) ?? options.ScoreKind,
            InputName = parsed.GetValue(_input) ?? options.InputName,
            OutputName = parsed.GetValue(_output) ?? options.OutputName,
            InputLayout = parsed.GetValue(_inputLayout) ?? options.InputLayout,
            OutputLayout = parsed.GetValue(_outputLayout) ?? options.OutputLayout,
        });
    }

    private static IReadOnlyList<float>? Triple(string text)
    {
        string[] parts = text.Split(',');
        float[] values = [.. parts.Select(p => float.TryParse(p, System.Globalization.CultureInfo.InvariantCulture, out float v) ? v : float.NaN)];
        return values.Length == 3 && values.All(float.IsFinite)
            ? values
            : throw new InvalidInputException("text", "three numbers as 123.7,116.3,103.5", $"'{text}'");
    }
}
