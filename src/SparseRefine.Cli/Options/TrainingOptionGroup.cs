using System.CommandLine;
using SparseRefine.Cli.Files;
using SparseRefine.Training;

namespace SparseRefine.Cli.Options;

/// <summary>The options that every command has that trains: photos, classes, checkpoint, and what <see cref="TrainerOptions"/> says.</summary>
internal sealed class TrainingOptionGroup
{
    private readonly Option<string> _images = OptionValues.Required("--images", "Folder of photos to train on.", "DIR");
    private readonly Option<string?> _labels = OptionValues.Path("--labels", "Folder of label maps (png, tif) with the photos' names.", "DIR");
    private readonly Option<string?> _validationImages = OptionValues.Path(
        "--validation-images", "Folder of photos that choose the best epoch; without it a fifth of --images is held out.", "DIR");
    private readonly Option<string?> _validationLabels = OptionValues.Path("--validation-labels", "Their labels.", "DIR");
    private readonly Option<string> _classes = OptionValues.Required("--classes", "The classes: id,name,r,g,b.", "classes.csv");
    private readonly Option<string?> _workspace = OptionValues.Path(
        "--workspace", "Folder of a checkpoint, written after each epoch and on Ctrl-C; the same command goes on from it.", "DIR");
    private readonly Option<long> _maxPixels = OptionValues.MaxPixels();
    private readonly LabelOptionGroup _label = new();
    private readonly Option<int> _epochs;
    private readonly Option<int> _batch;
    private readonly Option<(int Height, int Width)?> _crop;
    private readonly Option<int> _crops;
    private readonly Option<double> _rate;
    private readonly Option<(double Min, double Max)?> _scale;
    private readonly Option<bool> _verticalFlip = new("--vertical-flip") { Description = "Also mirror crops upside down; for photos without an up." };
    private readonly Option<IReadOnlyList<float>?> _classWeights = OptionValues.Create<IReadOnlyList<float>?>(
        "--class-weights", "Weight of each class in the cross-entropy, in order of their ids. [default: 1 each]", "1,4,...", OptionValues.Weights);
    private readonly Option<double?> _photometric;
    private readonly Option<double?> _average;
    private readonly Option<int> _patience;
    private readonly Option<int> _seed;
    private readonly Option<int> _threads;
    private readonly Option<long> _cache;
    private readonly Option? _teacher;

    /// <summary>Makes the options.</summary>
    /// <param name="standard">What holds where they are not given.</param>
    /// <param name="standardCrop">The crop's size where it is not given, in words.</param>
    /// <param name="teacher">An option of the command beside which photos need no labels; null: they always need some.</param>
    public TrainingOptionGroup(TrainerOptions standard, string standardCrop, Option? teacher = null)
    {
        _teacher = teacher;
        _labels.Required = teacher is null;
        bool isPlanned = standard is RefinerTrainerOptions;
        _epochs = OptionValues.Int32(
            "--epochs",
            isPlanned ? "Passes over the training photos; 0 chooses them by the number and size of the photos." : "Passes over the training photos.",
            isPlanned ? 0 : 1,
            standard.Epochs);
        _batch = OptionValues.Int32("--batch", "Crops a step.", 1, standard.BatchSize);
        _crop = OptionValues.Create<(int Height, int Width)?>(
            "--crop", $"Size of a training crop. [default: {standardCrop}]", "HxW", t => OptionValues.Size(t));
        _crops = OptionValues.Int32(
            "--crops",
            "Crops taken of a photo each epoch; more for photos much larger than a crop" + (isPlanned ? ", which 0 sees to." : "."),
            isPlanned ? 0 : 1,
            standard.CropsPerPhoto);
        _rate = OptionValues.Create(
            "--learning-rate", "AdamW's base rate.", "RATE", t => OptionValues.Real(t, 0, 1), () => standard.LearningRate);
        _scale = OptionValues.Create<(double Min, double Max)?>(
            "--random-scale",
            FormattableString.Invariant($"Range of the random scale of training photos. [default: {standard.MinScale}-{standard.MaxScale}]"),
            "MIN-MAX",
            OptionValues.Range);
        _photometric = OptionValues.Create<double?>(
            "--photometric",
            FormattableString.Invariant($"Strength of random changes of color, 0 (none) to 1. [default: {standard.Photometric}]"),
            "S",
            t => OptionValues.Share(t, inclusive: true));
        _average = OptionValues.Create<double?>(
            "--average-weights",
            FormattableString.Invariant($"Decay a step of the weights' moving average, which is what is kept; 0 is none. [default: {standard.AverageDecay}]"),
            "0.99",
            t => OptionValues.Share(t, inclusive: false));
        _patience = OptionValues.Int32(
            "--patience", "Epochs without a better answer after which training stops; 0 never.", 0, standard.Patience);
        _seed = OptionValues.Int32("--seed", "Seed of weights, order, augmentation and held-out photos.", 0, standard.Seed);
        _threads = OptionValues.Int32("--threads", "Threads; 0 takes all processors. The result is the same.", 0, standard.Threads);
        _cache = OptionValues.Create(
            "--cache",
            "Memory for photos and scores; what does not fit is read and scored again each time. The result is the same. [default: 1GB, or a quarter of what the process may take]",
            "1GB",
            OptionValues.Bytes,
            () => standard.CacheBytes);
    }

    /// <summary>Adds the options and their checks.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
        [
            _images, _labels, _validationImages, _validationLabels, _classes, _workspace, _epochs, _batch, _crop, _crops, _rate, _scale,
            _verticalFlip, _classWeights, _photometric, _average, _patience, _seed, _threads, _cache, _maxPixels,
        ])
        {
            command.Add(option);
        }

        _label.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isTaught = _teacher is not null && result.GetResult(_teacher) is not null;
            if (_teacher is not null && !isTaught && result.GetResult(_labels) is null)
            {
                result.AddError($"--labels: expected a folder of labels, or {_teacher.Name} for photos without, got neither");
            }

            if (result.GetResult(_validationImages) is null != result.GetResult(_validationLabels) is null
                && !(isTaught && result.GetResult(_validationLabels) is null))
            {
                result.AddError("--validation-images, --validation-labels: expected both or neither, got one");
            }
        });
    }

    /// <summary>The photos, the classes file and the folder of the checkpoint.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Paths, not looked at yet.</returns>
    public TrainingInputs Inputs(ParseResult parsed) => new()
    {
        Photos = new LabelledFolders
        {
            Images = parsed.GetRequiredValue(_images),
            Labels = parsed.GetValue(_labels),
            AreLabelsOptional = _teacher is not null && parsed.GetResult(_teacher) is not null,
            ValidationImages = parsed.GetValue(_validationImages),
            ValidationLabels = parsed.GetValue(_validationLabels),
            MaxPixels = parsed.GetValue(_maxPixels),
            Mapping = _label.Mapping(parsed),
            LabelSuffix = _label.Suffix(parsed),
        },
        ClassesPath = parsed.GetRequiredValue(_classes),
        Workspace = parsed.GetValue(_workspace),
    };

    /// <summary>Training as the options say.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="parsed">The command line.</param>
    /// <param name="standard">Everything that no option of the group says, and the crop where that is not given.</param>
    /// <returns>The same with what the options say.</returns>
    public T Apply<T>(ParseResult parsed, T standard)
        where T : TrainerOptions
    {
        TrainerOptions common = standard;
        (int height, int width) = parsed.GetValue(_crop) ?? (common.CropHeight, common.CropWidth);
        (double minScale, double maxScale) = parsed.GetValue(_scale) ?? (common.MinScale, common.MaxScale);
        return (T)(common with
        {
            Epochs = parsed.GetValue(_epochs),
            BatchSize = parsed.GetValue(_batch),
            CropHeight = height,
            CropWidth = width,
            CropsPerPhoto = parsed.GetValue(_crops),
            LearningRate = parsed.GetValue(_rate),
            MinScale = minScale,
            MaxScale = maxScale,
            VerticalFlip = parsed.GetValue(_verticalFlip),
            ClassWeights = parsed.GetValue(_classWeights),
            Photometric = parsed.GetValue(_photometric) ?? common.Photometric,
            AverageDecay = parsed.GetValue(_average) ?? common.AverageDecay,
            Patience = parsed.GetValue(_patience),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            CacheBytes = parsed.GetValue(_cache),
        });
    }
}
