using SparseRefine.Selectors;

namespace SparseRefine.Training;

/// <summary>A labelled photo whose pixels are selected already. Holds the given objects, copies nothing.</summary>
internal sealed class SelectedExample : ITrainingRow
{
    /// <summary>Joins the two.</summary>
    /// <param name="example">Photo, labels and the dense model's logits.</param>
    /// <param name="selection">Pixels of the photo.</param>
    /// <exception cref="ArgumentException">A selection of another size than the photo.</exception>
    public SelectedExample(TrainingExample example, PixelSelection selection)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.Sites.Height != example.Image.Height || selection.Sites.Width != example.Image.Width)
        {
            throw new ArgumentException(
                $"selection: expected {example.Image.Height}x{example.Image.Width}, "
                + $"got {selection.Sites.Height}x{selection.Sites.Width} ({example.Name})",
                nameof(selection));
        }

        Example = example;
        Selection = selection;
    }

    /// <inheritdoc/>
    public string Name => Example.Name;

    /// <inheritdoc/>
    public long Bytes => Example.Bytes + Selection.DenseLabels.Labels.LongLength + (sizeof(int) * Selection.Sites.Indices.LongLength);

    /// <summary>Photo, labels and logits.</summary>
    public TrainingExample Example { get; }

    /// <summary>Pixels of the photo.</summary>
    public PixelSelection Selection { get; }
}
