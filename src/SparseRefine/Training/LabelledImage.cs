using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>One labelled photo: what dense models are trained and measured on. Holds the given objects, copies nothing.</summary>
internal class LabelledImage : ITrainingRow
{
    /// <summary>Joins the parts.</summary>
    /// <param name="name">What messages call the photo, as a rule its file name.</param>
    /// <param name="image">The photo at the resolution that is trained on.</param>
    /// <param name="labels">True class of every pixel, same height and width as <paramref name="image"/>.</param>
    /// <exception cref="ArgumentException">An empty name, or labels of another size than the image.</exception>
    public LabelledImage(string name, ImageBuffer image, LabelMap labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Height != image.Height || labels.Width != image.Width)
        {
            throw new ArgumentException(
                $"labels: expected {image.Height}x{image.Width}, got {labels.Height}x{labels.Width} ({name})",
                nameof(labels));
        }

        Name = name;
        Image = image;
        Labels = labels;
    }

    /// <summary>What messages call the photo.</summary>
    public string Name { get; }

    /// <summary>The photo.</summary>
    public ImageBuffer Image { get; }

    /// <summary>True class of every pixel, same size as <see cref="Image"/>.</summary>
    public LabelMap Labels { get; }

    /// <inheritdoc/>
    public virtual long Bytes => Image.Pixels.LongLength + Labels.Labels.LongLength;
}
