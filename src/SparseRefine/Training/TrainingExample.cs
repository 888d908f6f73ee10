using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>
/// One labelled photo with the dense model's answer for it: what refiners are trained and measured on. Holds the given
/// objects, copies nothing.
/// </summary>
internal sealed class TrainingExample : LabelledImage
{
    /// <summary>Joins the parts.</summary>
    /// <param name="name">What messages call the example, as a rule its file name.</param>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="labels">True class of every pixel, same height and width as <paramref name="image"/>.</param>
    /// <param name="logits">The dense model's logits over the same photo, at any resolution.</param>
    /// <exception cref="ArgumentException">An empty name, or labels of another size than the image.</exception>
    public TrainingExample(string name, ImageBuffer image, LabelMap labels, LogitMap logits)
        : this(name, image, labels, [logits ?? throw new ArgumentNullException(nameof(logits))])
    {
    }

    /// <summary>Joins the parts, with the answers of several dense models that one refiner shall serve.</summary>
    /// <param name="name">What messages call the example.</param>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="labels">True class of every pixel, same height and width as <paramref name="image"/>.</param>
    /// <param name="logits">Each dense model's logits over the same photo, at any resolution; at least one, of the same classes.</param>
    /// <exception cref="ArgumentException">An empty name, labels of another size than the image, no logits or different classes.</exception>
    public TrainingExample(string name, ImageBuffer image, LabelMap labels, IReadOnlyList<LogitMap> logits)
        : base(name, image, labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Count == 0 || logits.Any(map => map.Classes != logits[0].Classes))
        {
            throw new ArgumentException(
                $"logits: expected one or more maps of the same classes, got {string.Join(", ", logits.Select(map => map.Classes))} ({name})",
                nameof(logits));
        }

        AllLogits = logits;
        Window = CropWindow.Whole(image.Height, image.Width);
    }

    /// <summary>The dense model's logits over the same photo, at the model's own resolution; the first's of several.</summary>
    public LogitMap Logits => AllLogits[0];

    /// <summary>The logits of every dense model.</summary>
    public IReadOnlyList<LogitMap> AllLogits { get; }

    /// <summary>What a teacher says of the photo, of the same classes as the logits; null: there is none.</summary>
    /// <exception cref="ArgumentException">Other classes.</exception>
    public TeacherMap? Teacher
    {
        get;
        init => field = value is null || value.Classes == Logits.Classes
            ? value
            : throw new ArgumentException($"Teacher: expected {Logits.Classes} classes, got {value.Classes} ({Name})");
    }

    /// <summary>Whether <see cref="LabelledImage.Labels"/> are true ones; else they are the teacher's answer.</summary>
    public bool IsLabelled { get; init; } = true;

    /// <summary>Which part of the photo that <see cref="Teacher"/> covers the example shows.</summary>
    public CropWindow Window { get; init; }

    /// <inheritdoc/>
    public override long Bytes => base.Bytes + AllLogits.Sum(LogitBytes) + (Teacher?.Bytes ?? 0);

    /// <summary>Memory of a map and of the inner features beside it.</summary>
    internal static long LogitBytes(LogitMap map) =>
        sizeof(float) * (map.Values.LongLength + (map.Features?.Values.LongLength ?? 0));

    /// <summary>The same photo with one dense model's logits alone.</summary>
    internal TrainingExample Of(int dense) =>
        AllLogits.Count == 1 ? this : new(Name, Image, Labels, AllLogits[dense]) { Teacher = Teacher, IsLabelled = IsLabelled, Window = Window };
}
