using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Pictures;

/// <summary>Chooses the part of a picture that shows best what refinement did.</summary>
internal static class DetailWindow
{
    private const int StepsPerWindow = 8;

    /// <summary>
    /// The window with the largest (changed pixels) x (selected pixels): both must be many. Windows lie on a grid of an
    /// eighth of their size; the first of equals wins. Where nothing changed, the one with most selected pixels; where
    /// nothing is selected, the middle.
    /// </summary>
    /// <param name="selection">Selected pixels and first answer.</param>
    /// <param name="refined">Last answer, same size.</param>
    /// <param name="height">Rows of the window, cut to the picture's.</param>
    /// <param name="width">Columns of the window, cut to the picture's.</param>
    /// <returns>The window, wholly inside.</returns>
    public static Window Choose(PixelSelection selection, LabelMap refined, int height, int width)
    {
        height = Math.Clamp(height, 1, refined.Height);
        width = Math.Clamp(width, 1, refined.Width);
        int stepY = Math.Max(1, height / StepsPerWindow);
        int stepX = Math.Max(1, width / StepsPerWindow);
        int rows = (refined.Height + stepY - 1) / stepY;
        int columns = (refined.Width + stepX - 1) / stepX;
        long[,] selected = new long[rows + 1, columns + 1];
        long[,] changed = new long[rows + 1, columns + 1];
        byte[] first = selection.DenseLabels.Labels;
        foreach (int index in selection.Sites.Indices)
        {
            int row = index / refined.Width / stepY;
            int column = index % refined.Width / stepX;
            selected[row + 1, column + 1]++;
            changed[row + 1, column + 1] += first[index] != refined.Labels[index] ? 1 : 0;
        }

        Integrate(selected);
        Integrate(changed);
        int windowRows = Math.Max(1, height / stepY);
        int windowColumns = Math.Max(1, width / stepX);
        Window best = new((refined.Height - height) / 2, (refined.Width - width) / 2, height, width);
        double bestScore = 0;
        for (int row = 0; (row * stepY) + height <= refined.Height; row++)
        {
            for (int column = 0; (column * stepX) + width <= refined.Width; column++)
            {
                int bottom = Math.Min(rows, row + windowRows);
                int right = Math.Min(columns, column + windowColumns);
                double inside = Sum(selected, row, column, bottom, right);
                double score = (inside * Sum(changed, row, column, bottom, right)) + (inside / ((double)height * width));
                if (score > bestScore)
                {
                    bestScore = score;
                    best = best with { Top = row * stepY, Left = column * stepX };
                }
            }
        }

        return best;
    }

    private static long Sum(long[,] integral, int top, int left, int bottom, int right)
        => integral[bottom, right] - integral[top, right] - integral[bottom, left] + integral[top, left];

    private static void Integrate(long[,] counts)
    {
        for (int y = 1; y < counts.GetLength(0); y++)
        {
            for (int x = 1; x < counts.GetLength(1); x++)
            {
                counts[y, x] += counts[y - 1, x] + counts[y, x - 1] - counts[y - 1, x - 1];
            }
        }
    }
}
