using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Training;

/// <summary>What a gate learns from: both models' answers to a labelled photo. Holds the given objects, copies nothing.</summary>
internal sealed class GateExample : ITrainingRow
{
    /// <summary>Joins the parts.</summary>
    /// <param name="name">What messages call the example.</param>
    /// <param name="logits">The dense model's logits at its own resolution.</param>
    /// <param name="selection">Selected pixels of the photo and the dense labels.</param>
    /// <param name="sparse">The sparse network's logits on the same pixels, of the same classes.</param>
    /// <param name="labels">True class of every pixel of the photo.</param>
    /// <exception cref="ArgumentException">Parts that do not fit together.</exception>
    public GateExample(string name, LogitMap logits, PixelSelection selection, SparseLogits sparse, LabelMap labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(sparse);
        ArgumentNullException.ThrowIfNull(labels);
        if (!sparse.Sites.Indices.AsSpan().SequenceEqual(selection.Sites.Indices) || sparse.Classes != logits.Classes)
        {
            throw new ArgumentException(
                $"sparse: expected the selection's {selection.Sites.Count} pixels and {logits.Classes} classes, "
                + $"got {sparse.Sites.Count} pixels and {sparse.Classes} classes ({name})",
                nameof(sparse));
        }

        if (labels.Height != selection.Sites.Height || labels.Width != selection.Sites.Width)
        {
            throw new ArgumentException(
                $"labels: expected {selection.Sites.Height}x{selection.Sites.Width}, got {labels.Height}x{labels.Width} ({name})",
                nameof(labels));
        }

        Name = name;
        Logits = logits;
        Selection = selection;
        Sparse = sparse;
        Labels = labels;
    }

    /// <summary>What messages call the example.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public long Bytes => TrainingExample.LogitBytes(Logits) + Labels.Labels.LongLength + Selection.DenseLabels.Labels.LongLength
        + (sizeof(int) * Selection.Sites.Indices.LongLength) + (sizeof(float) * Sparse.Values.LongLength);

    /// <summary>The dense model's logits.</summary>
    public LogitMap Logits { get; }

    /// <summary>Selected pixels and dense labels.</summary>
    public PixelSelection Selection { get; }

    /// <summary>The sparse network's logits on the selected pixels.</summary>
    public SparseLogits Sparse { get; }

    /// <summary>True class of every pixel.</summary>
    public LabelMap Labels { get; }
}
