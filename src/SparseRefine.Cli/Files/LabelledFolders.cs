using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Files;

/// <summary>The folders that a training reads, and how they are split.</summary>
internal sealed class LabelledFolders
{
    private const double HeldOutShare = 0.2;
    private (IReadOnlyList<LabelledPhoto> Training, IReadOnlyList<LabelledPhoto> Validation, LabelMapping? Mapping)? _read;

    /// <summary>Training photos.</summary>
    public required string Images { get; init; }

    /// <summary>Their labels; null: they have none.</summary>
    public required string? Labels { get; init; }

    /// <summary>Whether photos without labels are taken too, as a teacher's answer stands for them.</summary>
    public bool AreLabelsOptional { get; init; }

    /// <summary>Validation photos; null holds some training photos out.</summary>
    public string? ValidationImages { get; init; }

    /// <summary>Their labels; null: they have none.</summary>
    public string? ValidationLabels { get; init; }

    /// <summary>Larger photos are refused.</summary>
    public long MaxPixels { get; init; } = PhotoProbe.DefaultMaxPixels;

    /// <summary>What numbers and colors of labels mean; null: a number is its class.</summary>
    public LabelMapping? Mapping { get; init; }

    /// <summary>What a label's name has behind its photo's.</summary>
    public string LabelSuffix { get; init; } = "";

    /// <summary>Pairs, checks and splits the photos; the first time only, as all that it depends on stays.</summary>
    /// <param name="console">Told what is left out and what is held out.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="seed">Chooses the photos held out.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <returns>Photos to train on and photos to validate on, and what their labels mean.</returns>
    /// <exception cref="InvalidInputException">A missing folder, no pairs, or a bad file, named.</exception>
    public (IReadOnlyList<LabelledPhoto> Training, IReadOnlyList<LabelledPhoto> Validation, LabelMapping? Mapping) Read(
        IAnsiConsole console, ClassList classes, int seed, CancellationToken cancellation) => _read ??= ReadOnce(console, classes, seed, cancellation);

    private (IReadOnlyList<LabelledPhoto> Training, IReadOnlyList<LabelledPhoto> Validation, LabelMapping? Mapping) ReadOnce(
        IAnsiConsole console, ClassList classes, int seed, CancellationToken cancellation)
    {
        PhotoPairs pairs = Pair(console, Images, "--images", Labels, "--labels");
        if (ValidationImages is string images)
        {
            IReadOnlyList<LabelledPhoto> further = Pair(console, images, "--validation-images", ValidationLabels, "--validation-labels").Rows;
            HashSet<string> learned = [.. pairs.Rows.Select(row => Target(row.ImagePath))];
            if (further.Count(row => learned.Contains(Target(row.ImagePath))) is int both and > 0)
            {
                console.WriteLine($"warning: {both} of {further.Count} photos to validate on {(both == 1 ? "is" : "are")} trained on, too: what is best on them may be worse on others");
            }

            return (pairs.Rows, further, Survey(pairs.Rows, further, "--validation-labels"));
        }

        (IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> heldOut) = pairs.HoldOut(HeldOutShare, seed);
        console.WriteLine(
            $"no validation photos given: held out {string.Join(", ", heldOut.Select(r => Path.GetFileName(r.ImagePath)))} (chosen by seed {seed})");
        return (training, heldOut, Survey(training, heldOut, "--labels"));

        LabelMapping? Survey(IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> validation, string validationOption)
        {
            LabelledPhoto[] toTrainOn = [.. training.Where(row => row.LabelPath.Length > 0)];
            LabelledPhoto[] toValidateOn = [.. validation.Where(row => row.LabelPath.Length > 0)];
            LabelReading reading = new() { ClassList = classes, Mapping = Mapping, MaxPixels = MaxPixels };
            return toTrainOn.Length + toValidateOn.Length > 0
                ? LabelSurvey.Take(console, toTrainOn, toValidateOn, reading, "--labels", validationOption, cancellation).Mapping
                : Mapping;
        }
    }

    private static string Target(string path) => Path.GetFullPath((File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).FullName);

    private PhotoPairs Pair(IAnsiConsole console, string images, string imagesOption, string? labels, string labelsOption)
    {
        PhotoPairs pairs = labels is null
            ? PhotoFolder.Unlabelled(images, imagesOption)
            : PhotoFolder.Pair(images, imagesOption, labels, labelsOption, LabelSuffix, AreLabelsOptional);
        if (pairs.Remark is string remark)
        {
            console.WriteLine(remark);
        }

        PhotoFolder.Check(pairs.Rows, MaxPixels, new PhotoRemark(console).Tell);
        return pairs;
    }
}
