using SparseRefine.Images;

namespace SparseRefine.Experiments.Universal;

/// <summary>
/// What a dense model might have answered: the truth at low resolution, its borders moved by up to about a cell, blurred, as logits of a random temperature with smooth noise.
/// A real model is surer on photos it was trained on than on others; this one is not.
/// </summary>
internal static class PretendedModel
{
    private static readonly int[] Cells = [3, 4, 4, 6, 8, 8, 10, 12, 16];

    /// <summary>Logits for a square crop.</summary>
    /// <param name="labels">The truth, square.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="random">Source of all draws.</param>
    public static LogitMap Answer(LabelMap labels, int classes, Random random)
    {
        int side = labels.Height / Cells[random.Next(Cells.Length)];
        float[] values = Shares(labels, classes, side, random);
        double sigma = 0.2 + random.NextDouble();
        double noise = -0.5 * Math.Log(1 - (0.95 * random.NextDouble()));
        double smoothness = random.Between(1.5, 6);
        float temperature = (float)(0.6 + (random.NextDouble() * 0.9));
        float gain = (float)(2 * Math.Sqrt(Math.PI) * smoothness * noise);
        for (int c = 0; c < classes; c++)
        {
            float[] share = values.AsSpan(c * side * side, side * side).ToArray();
            Draw.Blur(share, side, side, sigma);
            float[] wrong = new float[side * side];
            for (int i = 0; i < wrong.Length; i++)
            {
                wrong[i] = random.Normal();
            }

            Draw.Blur(wrong, side, side, smoothness);
            for (int i = 0; i < wrong.Length; i++)
            {
                values[(c * side * side) + i] = (temperature * MathF.Log(share[i] + 0.01f)) + (gain * wrong[i]);
            }
        }

        return new LogitMap(values, classes, side, side);
    }

    // Share of each class in each cell, of the truth as it is a little beside.
    private static float[] Shares(LabelMap labels, int classes, int side, Random random)
    {
        float[] down = new float[side * side];
        float[] right = new float[side * side];
        for (int i = 0; i < down.Length; i++)
        {
            (down[i], right[i]) = (random.Normal(), random.Normal());
        }

        Draw.Blur(down, side, side, 2);
        Draw.Blur(right, side, side, 2);
        float most = (float)(random.NextDouble() * 1.5);
        double cell = (double)labels.Height / side;
        int samples = (int)Math.Clamp(Math.Ceiling(cell), 2, 4);
        float[] shares = new float[classes * side * side];
        for (int i = 0; i < side * side; i++)
        {
            int labelled = 0;
            for (int k = 0; k < samples * samples; k++)
            {
                int y = Math.Clamp((int)(((i / side) + (most * down[i]) + (((k / samples) + 0.5) / samples)) * cell), 0, labels.Height - 1);
                int x = Math.Clamp((int)(((i % side) + (most * right[i]) + (((k % samples) + 0.5) / samples)) * cell), 0, labels.Width - 1);
                byte label = labels.Labels[(y * labels.Width) + x];
                if (label < classes)
                {
                    labelled++;
                    shares[(label * side * side) + i]++;
                }
            }

            for (int c = 0; c < classes; c++)
            {
                int at = (c * side * side) + i;
                shares[at] = labelled == 0 ? 1f / classes : shares[at] / labelled;
            }
        }

        return shares;
    }
}
