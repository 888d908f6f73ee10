namespace SparseRefine.Experiments.Universal;

/// <summary>Random numbers of other shapes than <see cref="Random"/> gives, and smooth random planes.</summary>
internal static class Draw
{
    /// <summary>Mean 0, deviation 1.</summary>
    public static float Normal(this Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>Uniform in the logarithm.</summary>
    public static double Between(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    /// <summary>True with this probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Smooth noise of about deviation 1, [side, side]: made small and enlarged.</summary>
    public static float[] Noise(this Random random, int side, double sigma)
    {
        int step = Math.Max(1, (int)(sigma / 1.5));
        int small = (side / step) + 3;
        float[] coarse = new float[small * small];
        for (int i = 0; i < coarse.Length; i++)
        {
            coarse[i] = random.Normal();
        }

        Blur(coarse, small, small, sigma / step);
        float gain = (float)Math.Max(1, 2 * Math.Sqrt(Math.PI) * sigma / step);
        float[] noise = new float[side * side];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                (int iy, int ix) = (y / step, x / step);
                (float wy, float wx) = (((float)y / step) - iy, ((float)x / step) - ix);
                int at = (iy * small) + ix;
                float top = (coarse[at] * (1 - wx)) + (coarse[at + 1] * wx);
                float bottom = (coarse[at + small] * (1 - wx)) + (coarse[at + small + 1] * wx);
                noise[(y * side) + x] = gain * ((top * (1 - wy)) + (bottom * wy));
            }
        }

        return noise;
    }

    /// <summary>Gaussian blur in place; edges are repeated.</summary>
    public static void Blur(float[] plane, int height, int width, double sigma)
    {
        if (sigma < 0.05)
        {
            return;
        }

        int reach = Math.Max(1, (int)Math.Ceiling(2.5 * sigma));
        float[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(d => (float)Math.Exp(-d * d / (2 * sigma * sigma)))];
        float sum = weights.Sum();
        float[] rows = new float[plane.Length];
        Pass(plane, rows, height, width, 1);
        Pass(rows, plane, height, width, width);

        void Pass(float[] from, float[] to, int height, int width, int stride)
        {
            for (int i = 0; i < from.Length; i++)
            {
                (int place, int last) = stride == 1 ? (i % width, width - 1) : (i / width, height - 1);
                float value = 0;
                for (int d = -reach; d <= reach; d++)
                {
                    value += weights[d + reach] * from[i + ((Math.Clamp(place + d, 0, last) - place) * stride)];
                }

                to[i] = value / sum;
            }
        }
    }
}
