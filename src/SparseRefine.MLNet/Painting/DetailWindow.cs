using SkiaSharp;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Finds the part of an image in which two answers differ most.</summary>
internal static class DetailWindow
{
    /// <summary>Sides of the image / sides of the window.</summary>
    public const int Share = 16;

    /// <summary>
    /// Chooses among windows whose corners lie half a window apart: the one with most differing pixels, the first of equals; the middle of the image where none differs.
    /// </summary>
    /// <param name="first">An answer.</param>
    /// <param name="second">Another of the same size.</param>
    /// <returns>A window of a sixteenth of each side (at least a pixel), wholly inside.</returns>
    public static SKRectI Choose(LabelMap first, LabelMap second)
    {
        int halfHeight = Math.Max(1, first.Height / Share / 2);
        int halfWidth = Math.Max(1, first.Width / Share / 2);
        int height = Math.Min(2 * halfHeight, first.Height);
        int width = Math.Min(2 * halfWidth, first.Width);
        int[,] differing = new int[(first.Height / halfHeight) + 1, (first.Width / halfWidth) + 1];
        for (int y = 0; y < first.Height; y++)
        {
            for (int x = 0; x < first.Width; x++)
            {
                int i = (y * first.Width) + x;
                differing[y / halfHeight, x / halfWidth] += first.Labels[i] == second.Labels[i] ? 0 : 1;
            }
        }

        SKRectI best = SKRectI.Create((first.Width - width) / 2, (first.Height - height) / 2, width, height);
        int most = 0;
        for (int row = 0; (row * halfHeight) + height <= first.Height; row++)
        {
            for (int column = 0; (column * halfWidth) + width <= first.Width; column++)
            {
                int inside = differing[row, column] + differing[row + 1, column] + differing[row, column + 1] + differing[row + 1, column + 1];
                if (inside > most)
                {
                    most = inside;
                    best = SKRectI.Create(column * halfWidth, row * halfHeight, width, height);
                }
            }
        }

        return best;
    }
}
