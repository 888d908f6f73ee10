using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>
/// One labelled photo with the dense model's answer for it: what refiners are trained and measured on. Holds the given
/// objects, copies nothing.
/// </summary>
internal sealed class TrainingExample
{
    /// <summary>Joins the parts.</summary>
    /// <param name="name">What messages call the example, as a rule its file name.</param>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="labels">True class of every pixel, same height and width as <paramref name="image"/>.</param>
    /// <param name="logits">The dense model's logits over the same picture, at any resolution.</param>
    /// <exception cref="ArgumentException">An empty name, or labels of another size than the image.</exception>
    public TrainingExample(string name, ImageBuffer image, LabelMap labels, LogitMap logits)
        : this(name, image, labels, [logits ?? throw new ArgumentNullException(nameof(logits))])
    {
    }

    /// <summary>Joins the parts, with the answers of several dense models that one refiner shall serve.</summary>
    /// <param name="name">What messages call the example.</param>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="labels">True class of every pixel, same height and width as <paramref name="image"/>.</param>
    /// <param name="logits">Each dense model's logits over the same picture, at any resolution; at least one, of the same classes.</param>
    /// <exception cref="ArgumentException">An empty name, labels of another size than the image, no logits or different classes.</exception>
    public TrainingExample(string name, ImageBuffer image, LabelMap labels, IReadOnlyList<LogitMap> logits)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Count == 0 || logits.Any(map => map.Classes != logits[0].Classes))
        {
            throw new ArgumentException(
                $"logits: expected one or more maps of the same classes, got {string.Join(", ", logits.Select(map => map.Classes))} ({name})",
                nameof(logits));
        }

        if (labels.Height != image.Height || labels.Width != image.Width)
        {
            throw new ArgumentException(
                $"labels: expected {image.Height}x{image.Width}, got {labels.Height}x{labels.Width} ({name})",
                nameof(labels));
        }

        Name = name;
        Image = image;
        Labels = labels;
        AllLogits = logits;
    }

    /// <summary>What messages call the example.</summary>
    public string Name { get; }

    /// <summary>The photo at full resolution.</summary>
    public ImageBuffer Image { get; }

    /// <summary>True class of every pixel, same size as <see cref="Image"/>.</summary>
    public LabelMap Labels { get; }

    /// <summary>The dense model's logits over the same picture, at the model's own resolution; the first's of several.</summary>
    public LogitMap Logits => AllLogits[0];

    /// <summary>The logits of every dense model.</summary>
    public IReadOnlyList<LogitMap> AllLogits { get; }

    /// <summary>The same photo with one dense model's logits alone.</summary>
    internal TrainingExample Of(int dense) =>
        AllLogits.Count == 1 ? this : new(Name, Image, Labels, AllLogits[dense]);
}
