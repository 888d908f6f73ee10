using SparseRefine.Images;
using SparseRefine.Sites;

namespace SparseRefine.Cli.Scenes;

/// <summary>Bands around the contours of a label map: where a dense model is unsure, as far as timing goes.</summary>
internal static class ContourMask
{
    /// <summary>
    /// Takes the pixels that touch another class (by a side), then grows rings around them, by sides and by sides and corners in
    /// turn, until round(density x height x width) pixels (halves to even) are taken; of the last ring, or of the contour itself
    /// where it is too much already, the first pixels in row order.
    /// </summary>
    /// <param name="labels">A map of at least two classes.</param>
    /// <param name="density">Share of all pixels, 0 to 1.</param>
    /// <returns>The pixels, row-major.</returns>
    /// <exception cref="ArgumentException">A density out of range, or a map without contours.</exception>
    public static SiteSet Grow(LabelMap labels, double density)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(density is >= 0 and <= 1))
        {
            throw new ArgumentException($"density: expected 0 to 1, got {density}", nameof(density));
        }

        int wanted = (int)Math.Round(density * labels.Labels.Length);
        bool[] taken = new bool[labels.Labels.Length];
        List<int> ring = Contour(labels);
        if (ring.Count == 0 && wanted > 0)
        {
            throw new ArgumentException("labels: expected at least two classes, got one", nameof(labels));
        }

        int count = 0;
        for (bool corners = false; ; corners = !corners)
        {
            foreach (int pixel in ring.Take(wanted - count))
            {
                taken[pixel] = true;
            }

            count += Math.Min(ring.Count, wanted - count);
            if (count == wanted)
            {
                break;
            }

            ring = Ring(ring, taken, labels.Height, labels.Width, corners);
        }

        int[] indices = new int[wanted];
        int next = 0;
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i])
            {
                indices[next++] = i;
            }
        }

        return new SiteSet(indices, 1, labels.Height, labels.Width);
    }

    private static List<int> Contour(LabelMap labels)
    {
        List<int> contour = [];
        for (int i = 0; i < labels.Labels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, labels.Width);
            byte label = labels.Labels[i];
            if ((x > 0 && labels.Labels[i - 1] != label) || (x + 1 < labels.Width && labels.Labels[i + 1] != label)
                || (y > 0 && labels.Labels[i - labels.Width] != label)
                || (y + 1 < labels.Height && labels.Labels[i + labels.Width] != label))
            {
                contour.Add(i);
            }
        }

        return contour;
    }

    // Pixels beside the ring that are not taken, in row order.
    private static List<int> Ring(List<int> ring, bool[] taken, int height, int width, bool corners)
    {
        HashSet<int> next = [];
        foreach (int pixel in ring)
        {
            (int y, int x) = Math.DivRem(pixel, width);
            for (int i = 0; i < 9; i++)
            {
                int yy = y + (i / 3) - 1;
                int xx = x + (i % 3) - 1;
                if ((corners || i % 2 == 1) && (uint)yy < (uint)height && (uint)xx < (uint)width && !taken[(yy * width) + xx])
                {
                    next.Add((yy * width) + xx);
                }
            }
        }

        return [.. next.Order()];
    }
}
