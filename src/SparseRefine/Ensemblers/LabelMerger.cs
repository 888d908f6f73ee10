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
        return Replace(selection, ArgMax(ensembledRows, selection.Sites.Count, classes, nameof(ensembledRows)));
    }

    /// <summary>The dense labels with others on the selected pixels, one for each site; a new map.</summary>
    internal static LabelMap Replace(PixelSelection selection, byte[] labels)
    {
        byte[] map = [.. selection.DenseLabels.Labels];
        Write(labels, selection.Sites, map);
        return new LabelMap(map, selection.DenseLabels.Height, selection.DenseLabels.Width);
    }

    internal static void Write(byte[] labels, SiteSet sites, byte[] map)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            map[sites.Indices[i]] = labels[i];
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
