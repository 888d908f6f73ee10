using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Ensemblers;

/// <summary>Puts the merged answers of the selected pixels into the dense model's label map.</summary>
internal static class LabelMerger
{
    /// <summary>argmax of the row where a pixel is selected (ties to the lower class), the dense label elsewhere.</summary>
    /// <param name="selection">Selected pixels and dense labels; not changed.</param>
    /// <param name="ensembledRows">[selection.Sites.Count, classes] logits.</param>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <returns>A new label map.</returns>
    /// <exception cref="ArgumentException">Another number of values.</exception>
    /// <exception cref="InvalidInputException">A row that holds NaN.</exception>
    public static LabelMap Merge(PixelSelection selection, float[] ensembledRows, int classes)
    {
        ArgumentNullException.ThrowIfNull(selection);
        byte[] labels = [.. selection.DenseLabels.Labels];
        Write(ensembledRows, selection.Sites, classes, labels);
        return new LabelMap(labels, selection.DenseLabels.Height, selection.DenseLabels.Width);
    }

    internal static void Write(float[] ensembledRows, SiteSet sites, int classes, byte[] labels)
    {
        byte[] winners = ArgMax(ensembledRows, sites.Count, classes, nameof(ensembledRows));
        for (int i = 0; i < winners.Length; i++)
        {
            labels[sites.Indices[i]] = winners[i];
        }
    }

    internal static byte[] ArgMax(float[] values, int rows, int classes, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        if (values.LongLength != (long)rows * classes)
        {
            throw new ArgumentException(
                $"{name}: expected {rows}x{classes} = {(long)rows * classes} values, got {values.Length}", name);
        }

        byte[] winners = new byte[rows];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> row = values.AsSpan(i * classes, classes);
            int best = 0;
            for (int c = 0; c < classes; c++)
            {
                if (float.IsNaN(row[c]))
                {
                    throw new InvalidInputException(name, "numbers", $"NaN in row {i}, class {c}");
                }

                best = row[c] > row[best] ? c : best;
            }

            winners[i] = (byte)best;
        }

        return winners;
    }
}
