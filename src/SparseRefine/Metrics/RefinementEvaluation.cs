using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Metrics;

/// <summary>
/// Sets the dense model's answer (i), the sparse network's (o) and the ensemble's (e) side by side, as the official
/// code logs them. Not thread-safe; make one a thread and <see cref="Merge"/>.
/// </summary>
public sealed class RefinementEvaluation
{
    private long _pixels;

    /// <summary>Starts with nothing counted.</summary>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <param name="boundaryWidth">Width of the boundary band as a share of the photo's diagonal, as <see cref="BoundaryIoU"/> takes it; null: no boundary IoU.</param>
    /// <exception cref="ArgumentException">A number out of range.</exception>
    public RefinementEvaluation(int classes, double? boundaryWidth = null)
    {
        Classes = classes;
        Initial = new RefinementScores(classes, boundaryWidth);
        RefinerOnly = new RefinementScores(classes, boundaryWidth);
        Ensembled = new RefinementScores(classes, boundaryWidth);
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The dense model's labels (i).</summary>
    public RefinementScores Initial { get; }

    /// <summary>The sparse network's labels on the selected pixels (o).</summary>
    public RefinementScores RefinerOnly { get; }

    /// <summary>The ensemble's labels on the selected pixels (e).</summary>
    public RefinementScores Ensembled { get; }

    /// <summary>Photos counted.</summary>
    public int Images { get; private set; }

    /// <summary>Selected pixels so far, ignored ones included.</summary>
    public long SelectedPixels { get; private set; }

    /// <summary>Selected pixels as a share of all pixels; NaN before the first photo.</summary>
    public double Density => ConfusionMatrix.Ratio(SelectedPixels, _pixels);

    /// <summary>Counts one photo.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="selection">Selected pixels and dense labels, same size.</param>
    /// <param name="sparseRows">[selected, classes] logits of the sparse network.</param>
    /// <param name="ensembledRows">[selected, classes] logits of the ensemble.</param>
    /// <param name="ignoreIndex">True label that is not counted.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit, or a label that is no class; nothing is counted then.</exception>
    /// <exception cref="InvalidInputException">Logits that hold NaN.</exception>
    public void Add(
        LabelMap truth,
        PixelSelection selection,
        float[] sparseRows,
        float[] ensembledRows,
        byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        ArgumentNullException.ThrowIfNull(selection);
        int rows = selection.Sites.Count;
        byte[] sparse = LabelMerger.ArgMax(sparseRows, rows, Classes, nameof(sparseRows));
        Add(truth, selection, sparse, LabelMerger.ArgMax(ensembledRows, rows, Classes, nameof(ensembledRows)), ignoreIndex);
    }

    /// <summary>Counts one photo's result.</summary>
    /// <param name="truth">True labels.</param>
    /// <param name="result">The answer, with selection and sparse logits.</param>
    /// <param name="ignoreIndex">True label that is not counted.</param>
    /// <exception cref="ArgumentException">A result without these parts, sizes that do not fit, or a label that is no class; nothing is counted then.</exception>
    /// <exception cref="InvalidInputException">Logits that hold NaN.</exception>
    public void Add(LabelMap truth, RefinementResult result, byte ignoreIndex = LabelMap.DefaultIgnoreIndex)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result is not { Selection: PixelSelection selection, SparseLogits: SparseLogits logits })
        {
            throw new ArgumentException("result: expected selection and sparse logits, got a result without", nameof(result));
        }

        byte[] sparse = LabelMerger.ArgMax(logits.Values, logits.Sites.Count, Classes, nameof(result));
        Add(truth, selection, sparse, ConfusionMatrix.Pick(result.Labels.Labels, selection.Sites), ignoreIndex);
    }

    /// <summary>Adds what another instance counted.</summary>
    /// <param name="other">Same number of classes; not changed.</param>
    /// <exception cref="ArgumentException">Another number of classes.</exception>
    public void Merge(RefinementEvaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((RefinementScores own, RefinementScores added) in new[]
        {
            (Initial, other.Initial), (RefinerOnly, other.RefinerOnly), (Ensembled, other.Ensembled),
        })
        {
            own.Selected.Merge(added.Selected);
            own.Full.Merge(added.Full);
            own.Boundary?.Merge(added.Boundary ?? throw new ArgumentException("other: expected boundary IoU as here, got none", nameof(other)));
        }

        Images += other.Images;
        SelectedPixels += other.SelectedPixels;
        _pixels += other._pixels;
    }

    internal static RefinementEvaluation Sum(IReadOnlyList<RefinementEvaluation> evaluations)
    {
        var sum = new RefinementEvaluation(evaluations[0].Classes);
        foreach (RefinementEvaluation evaluation in evaluations)
        {
            sum.Merge(evaluation);
        }

        return sum;
    }

    internal static RefinementEvaluation FromCounts(RefinementCounts counts)
    {
        var evaluation = new RefinementEvaluation(counts.Classes)
        {
            Images = counts.Images,
            SelectedPixels = counts.SelectedPixels,
            _pixels = counts.Pixels,
        };
        foreach ((ConfusionMatrix matrix, long[] values) in evaluation.Matrices().Zip(counts.Counts))
        {
            matrix.Add(values);
        }

        return evaluation;
    }

    internal RefinementCounts ToCounts() =>
        new(Classes, Images, _pixels, SelectedPixels, [.. Matrices().Select(matrix => matrix.Counts.ToArray())]);

    /// <summary>Counts over all pixels of the one photo that was counted, with other labels on the selected pixels.</summary>
    internal ConfusionMatrix FullWith(LabelMap truth, SiteSet sites, byte[] labels, byte ignoreIndex)
    {
        var selected = new ConfusionMatrix(Classes);
        selected.AddPairs(ConfusionMatrix.Pick(truth.Labels, sites), labels, ignoreIndex);
        var scores = new RefinementScores(Classes, null);
        scores.Add(Initial.Full, Initial.Selected, selected);
        return scores.Full;
    }

    private IEnumerable<ConfusionMatrix> Matrices() =>
        new[] { Initial, RefinerOnly, Ensembled }.SelectMany(scores => new[] { scores.Selected, scores.Full });

    // Answers differ on the selected pixels only, where the labels of the sites stand for them.
    internal void Add(LabelMap truth, PixelSelection selection, byte[] sparse, byte[] ensembled, byte ignoreIndex)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var full = new ConfusionMatrix(Classes);
        full.Add(truth, selection.DenseLabels, ignoreIndex);
        byte[] selectedTruth = ConfusionMatrix.Pick(truth.Labels, selection.Sites);
        ConfusionMatrix Matrix(byte[] labels)
        {
            var matrix = new ConfusionMatrix(Classes);
            matrix.AddPairs(selectedTruth, labels, ignoreIndex);
            return matrix;
        }

        ConfusionMatrix initial = Matrix(ConfusionMatrix.Pick(selection.DenseLabels.Labels, selection.Sites));
        (ConfusionMatrix sparseCounts, ConfusionMatrix ensembledCounts) = (Matrix(sparse), Matrix(ensembled));
        Initial.Add(full, initial, initial);
        RefinerOnly.Add(full, initial, sparseCounts);
        Ensembled.Add(full, initial, ensembledCounts);
        if (Initial.Boundary is not null)
        {
            Initial.Boundary.Add(truth, selection.DenseLabels, ignoreIndex);
            RefinerOnly.Boundary!.Add(truth, LabelMerger.Replace(selection, sparse), ignoreIndex);
            Ensembled.Boundary!.Add(truth, LabelMerger.Replace(selection, ensembled), ignoreIndex);
        }

        Images++;
        SelectedPixels += selection.Sites.Count;
        _pixels += truth.Labels.Length;
    }
}
