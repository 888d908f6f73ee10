using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Experiments.Universal;

/// <summary>A fast guided filter: the coefficients at the dense model's resolution, brought bilinearly to the photo's and applied to its colors; a class's answer where it is largest.</summary>
internal static class GuidedFilter
{
    /// <summary>Answers of the classes at chosen pixels, [sites, classes].</summary>
    public static float[] Answer(TrainingPhoto photo, SiteSet sites, int window, Workers workers)
    {
        LogitMap logits = photo.Logits;
        int classes = logits.Classes;
        float[] cells = new float[logits.Values.Length];
        int plane = logits.Height * logits.Width;
        for (int i = 0; i < cells.Length; i++)
        {
            cells[((i % plane) * classes) + (i / plane)] = logits.Values[i];
        }

        Entropy.Softmax(cells, classes, cells);
        ColorFit fit = new(Training.WindowResampler.Shrink(photo.Image.View, logits), null, workers);
        float[] colors = RefinerFeatures.Extract(
            photo.Image.View, logits, sites, FeatureSpec.Parse("rgb"), SparseRefiner.ProbabilityThreshold, Interpolation.Bilinear, workers);
        float[] answer = new float[sites.Count * classes];
        for (int c = 0; c < classes; c++)
        {
            float[] rows = fit.Coefficients(cells, classes, c);
            float[] planes = new float[4 * plane];
            for (int i = 0; i < planes.Length; i++)
            {
                planes[i] = rows[((i % plane) * ColorFit.Stride) + (window * ColorFit.Terms) + (i / plane)];
            }

            float[] mixed = new float[sites.Count * 4];
            new LogitSampler(new LogitMap(planes, 4, logits.Height, logits.Width), photo.Image.Height, photo.Image.Width, Interpolation.Bilinear)
                .Gather(sites, mixed, workers);
            for (int i = 0; i < sites.Count; i++)
            {
                answer[(i * classes) + c] = (mixed[i * 4] * colors[i * 3]) + (mixed[(i * 4) + 1] * colors[(i * 3) + 1])
                    + (mixed[(i * 4) + 2] * colors[(i * 3) + 2]) + mixed[(i * 4) + 3];
            }

            System.Buffers.ArrayPool<float>.Shared.Return(rows);
        }

        fit.Return();
        return answer;
    }
}
