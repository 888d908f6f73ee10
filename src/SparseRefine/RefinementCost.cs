using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine;

/// <summary>Measures what refining a pixel costs on this machine.</summary>
internal static class RefinementCost
{
    private const double Share = 0.05;
    private const int FewestPixels = 4096;
    private const int Runs = 3;

    /// <summary>
    /// Times extraction and ensembling of a photo's twentieth of highest entropy (at least 4096 pixels, or all): the fastest of three
    /// runs, so that the first one's warming up does not count, over the number of pixels.
    /// </summary>
    /// <param name="refiner">What is timed; its own selector is not used.</param>
    /// <param name="image">A photo of the usual kind and size.</param>
    /// <param name="logits">The dense model's scores for it.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Milliseconds a pixel, above 0.</returns>
    /// <exception cref="ArgumentException">Logits of another number of classes.</exception>
    public static double MillisecondsPerPixel(SparseRefiner refiner, ImageView image, LogitMap logits, Workers workers)
    {
        int pixels = checked(image.Height * image.Width);
        int chosen = Math.Min(pixels, Math.Max(FewestPixels, (int)(Share * pixels)));
        SparseRefiner timed = refiner.WithSelector(new PixelBudgetSelector(chosen, refiner.Interpolation));
        double fastest = double.PositiveInfinity;
        for (int i = 0; i < Runs; i++)
        {
            StageTimes times = timed.Refine(image, logits, RefinementParts.None, workers).Times;
            fastest = Math.Min(fastest, times.Extract + times.Ensemble);
        }

        return Math.Max(fastest, double.Epsilon) / chosen;
    }
}
