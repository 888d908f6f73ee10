using SparseRefine.Images;

namespace SparseRefine.Experiments.Universal;

/// <summary>
/// Makes labels what people paint: borders a few pixels beside those of the photo, one class drawn generously or narrowly all along. A dense model
/// learns such habits of its annotators, and colors do not tell them: what is displaced by less than that is the dense model's to know.
/// </summary>
internal static class Annotator
{
    /// <summary>New labels.</summary>
    public static LabelMap Paint(LabelMap labels, int classes, Random random)
    {
        int side = labels.Height;
        byte[] painted = [.. labels.Labels];
        if (random.Chance(0.6))
        {
            float most = (float)random.Between(0.5, 3);
            double smoothness = random.Between(6, 30);
            float[] down = random.Noise(side, smoothness);
            float[] right = random.Noise(side, smoothness);
            for (int i = 0; i < painted.Length; i++)
            {
                int y = Math.Clamp((int)MathF.Round((i / side) + (most * down[i])), 0, side - 1);
                int x = Math.Clamp((int)MathF.Round((i % side) + (most * right[i])), 0, side - 1);
                painted[i] = labels.Labels[(y * side) + x];
            }
        }

        if (random.Chance(0.6))
        {
            byte ofClass = (byte)random.Next(classes);
            bool grows = random.Chance(0.6);
            for (int pixels = 1 + random.Next(3); pixels > 0; pixels--)
            {
                painted = Grow(painted, side, label => (label == ofClass) == grows);
            }
        }

        return new LabelMap(painted, side, side);
    }

    // Pixels beside those that spread take their label.
    private static byte[] Grow(byte[] labels, int side, Func<byte, bool> spreads)
    {
        byte[] grown = [.. labels];
        for (int i = 0; i < labels.Length; i++)
        {
            foreach (int step in (ReadOnlySpan<int>)[i % side > 0 ? -1 : 0, i % side < side - 1 ? 1 : 0, i >= side ? -side : 0, i + side < labels.Length ? side : 0])
            {
                if (!spreads(labels[i]) && spreads(labels[i + step]) && labels[i + step] != 255)
                {
                    grown[i] = labels[i + step];
                }
            }
        }

        return grown;
    }
}
