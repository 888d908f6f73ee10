using System.CommandLine;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary>The options that say whose answer is the target where labels are missing, or beside them.</summary>
internal sealed class TeacherOptionGroup
{
    private const string Full = "full";
    private readonly Option<Size?> _size = OptionValues.Create<Size?>(
        "--teacher-size",
        "What the teacher sees: side / side of the photo, or HxW. [default: the photo at full resolution]",
        "0.75|HxW",
        text => text.Contains('x', StringComparison.OrdinalIgnoreCase) ? new Size(null, OptionValues.Size(text)) : new Size(OptionValues.Real(text, 0, 4), null));

    private readonly Option<string?> _config = OptionValues.Path(
        "--teacher-config", "How a teacher's file sees photos, as --model-config; a preprocessor_config.json beside it is read by itself.", "FILE");

    /// <summary><c>--teacher</c>.</summary>
    public Option<string?> Teacher { get; } = OptionValues.Path(
        "--teacher", "Learn from, or compare with, a model's answer: full (the dense model on the photo at full resolution) or a stronger model's file.", $"{Full}|M.onnx");

    /// <summary>Adds the options and their checks.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        Option[] further = [_size, _config];
        foreach (Option option in (Option[])[Teacher, .. further])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            string? teacher = result.GetValue(Teacher);
            if (teacher is null && further.FirstOrDefault(option => result.GetResult(option) is not null) is Option alone)
            {
                result.AddError($"{alone.Name}: expected --teacher beside it, got none");
            }
            else if (teacher == Full && result.GetResult(_config) is not null)
            {
                result.AddError($"--teacher-config: expected a teacher's file beside it, got --teacher {Full}, which sees photos as the dense model does");
            }
        });
    }

    /// <summary>The teacher.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dense">Paths of the dense models.</param>
    /// <param name="sees">How they see photos.</param>
    /// <param name="tell">Is told which configuration was found beside a teacher's file.</param>
    /// <param name="isNeeded">Whether the dense model at full resolution is it where none is asked for.</param>
    /// <returns>The teacher, not opened yet; null: none is asked for or needed.</returns>
    /// <exception cref="InvalidInputException">A bad configuration file, or no telling which dense model.</exception>
    public TeacherModel? Read(ParseResult parsed, IReadOnlyList<string> dense, DenseModelOptions sees, Action<string> tell, bool isNeeded = false)
    {
        if ((parsed.GetValue(Teacher) ?? (isNeeded ? Full : null)) is not string teacher)
        {
            return null;
        }

        DenseModelOptions options = sees with { FeatureOutputName = null, Scale = 1, Height = null, Width = null };
        if (teacher != Full)
        {
            if (!Path.Exists(teacher))
            {
                throw new InvalidInputException("--teacher", $"{Full}, or the file of a model", $"'{teacher}', which is no file");
            }

            options = new DenseModelOptions { Scale = 1, IntraOpNumThreads = sees.IntraOpNumThreads, GpuDeviceId = sees.GpuDeviceId, FallbackToCpu = sees.FallbackToCpu };
            string? given = parsed.GetValue(_config);
            if ((given ?? ModelConfig.Beside(teacher)) is string config)
            {
                options = ModelConfig.Read(config, options);
                if (given is null)
                {
                    tell($"how {teacher} sees photos: {config}");
                }
            }
        }
        else if (dense.Count > 1)
        {
            throw new InvalidInputException("--teacher", $"a teacher's file beside {dense.Count} dense models", Full);
        }

        if (parsed.GetValue(_size) is Size size)
        {
            options = options with { Scale = size.Scale, Height = size.Fixed?.Height, Width = size.Fixed?.Width };
        }

        // A teacher runs once a photo and sees it whole: what it leaves of the memory is worth more than its time.
        return new TeacherModel(teacher == Full ? dense[0] : teacher, options with { SparesMemory = true }, teacher == Full);
    }

    /// <summary>Opens the teacher of a fitted model and says which it is.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model that is compared with it.</param>
    /// <param name="isNeeded">Whether the dense model at full resolution is it where none is asked for.</param>
    /// <param name="tell">Is told.</param>
    /// <returns>A model that the caller disposes before the other; null: none is asked for or needed.</returns>
    /// <exception cref="InvalidInputException">A model without a dense model of its own, or as <see cref="Read"/> and <see cref="TeacherModel.Open"/>.</exception>
    public DenseModel? Open(ParseResult parsed, SegmentationModel model, bool isNeeded, Action<string> tell)
    {
        if (!isNeeded && parsed.GetResult(Teacher) is null)
        {
            return null;
        }

        DenseModel dense = model.Dense ?? throw new InvalidInputException(model.Name, "a model with a dense model of its own beside --teacher", "one without");
        TeacherModel teacher = Read(parsed, [dense.Name], dense.Options, tell, isNeeded)!;
        DenseModel opened = teacher.Open(dense);
        tell($"teacher: {teacher}");
        return opened;
    }

    private sealed record Size(double? Scale, (int Height, int Width)? Fixed);
}
