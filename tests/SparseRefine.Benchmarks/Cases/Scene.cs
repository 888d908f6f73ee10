using SparseRefine.Cli.Scenes;
using SparseRefine.Images;
using SparseRefine.Sites;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>Seeded inputs of the cases.</summary>
internal static class Scene
{
    private const int Seed = 1;

    /// <summary>Contour bands of a made scene.</summary>
    public static SiteSet Mask(int height, int width, double density) =>
        ContourMask.Grow(SyntheticScene.Labels(height, width, 19, Seed), density);

    /// <summary>Uniform values in -1..1.</summary>
    public static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }

        return values;
    }

    /// <summary>
    /// Logits at a quarter of the side as a trained model gives them: sure inside segments (a margin of 8 to 12, so a probability above
    /// 0.99), unsure at contours. Ten times each class's share of the 4x4 pixels, and noise of -1 to 1.
    /// </summary>
    public static LogitMap Logits(LabelMap labels, int classes)
    {
        int height = labels.Height / 4;
        int width = labels.Width / 4;
        float[] values = Values(classes * height * width, Seed);
        for (int i = 0; i < 16 * height * width; i++)
        {
            (int y, int x) = Math.DivRem(i, 4 * width);
            values[(((labels.Labels[(y * labels.Width) + x] * height) + (y / 4)) * width) + (x / 4)] += 10f / 16;
        }

        return new LogitMap(values, classes, height, width);
    }

    /// <summary>A made scene of any number of classes.</summary>
    public static LabelMap Labels(int height, int width, int classes) => SyntheticScene.Labels(height, width, classes, Seed);

    /// <summary>Its photo.</summary>
    public static ImageBuffer Photo(LabelMap labels) => new(SyntheticScene.Photo(labels, Seed), labels.Height, labels.Width, PixelOrder.Rgb24);
}
