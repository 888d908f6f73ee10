using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>How unsure the dense model was of each pixel, as a picture.</summary>
internal static class EntropyMap
{
    /// <summary>Computes 255 e / ln C, rounded, at the answer's size, row by row.</summary>
    /// <param name="work">The photo's answers.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ImageFailedException">The pipeline does not show its scores.</exception>
    public static LabelMap Of(ScoredWork work)
    {
        LogitMap logits = work.Logits ?? throw new ImageFailedException(
            FailureReason.Refused, $"{work.Clock.Item.Path}: expected a pipeline with a dense model's scores for its entropy, got one without");
        int height = work.Labels.Height;
        int width = work.Labels.Width;
        int classes = logits.Classes;
        LogitSampler sampler = new(logits, height, width, Interpolation.Bilinear);
        float[] planes = new float[classes * width];
        float[] rows = new float[planes.Length];
        float[] entropies = new float[width];
        byte[] grey = new byte[checked(height * width)];
        float scale = 255 / MathF.Log(classes);
        for (int y = 0; y < height; y++)
        {
            sampler.SampleRow(y, planes);
            for (int c = 0; c < classes; c++)
            {
                for (int x = 0; x < width; x++)
                {
                    rows[(x * classes) + c] = planes[(c * width) + x];
                }
            }

            Entropy.OfRows(rows, classes, entropies);
            for (int x = 0; x < width; x++)
            {
                grey[(y * width) + x] = (byte)Math.Clamp((entropies[x] * scale) + 0.5f, 0, 255);
            }
        }

        return new LabelMap(grey, height, width);
    }
}
