using SparseRefine.Images;

namespace SparseRefine.Tests.Selectors;

/// <summary>Maps for tests and the plain double-precision way to read them.</summary>
internal static class LogitMaps
{
    public static LogitMap Random(int classes, int height, int width, int seed, double scale = 4)
    {
        var random = new Random(seed);
        float[] values = new float[classes * height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() * 2 - 1) * scale);
        }

        return new LogitMap(values, classes, height, width);
    }

    /// <summary>Regions of one sure class each, rounded blobs of about <paramref name="size"/> samples: what a trained model gives.</summary>
    public static LogitMap Regions(int classes, int height, int width, int seed, double lead, int size = 9)
    {
        LogitMap map = Random(classes, height, width, seed, 1);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int c = (int)(Math.Sin((double)x / size + seed) * 3 + Math.Cos((double)y / size) * 3 + 6) % classes;
                map.Values[(c * height + y) * width + x] += (float)lead;
            }
        }

        return map;
    }

    /// <summary>The logit of one full-resolution pixel, straight from the definition.</summary>
    public static double Read(LogitMap map, int height, int width, Interpolation mode, int c, int y, int x)
    {
        double At(int r, int k) => map.Values[
            (c * map.Height + Math.Clamp(r, 0, map.Height - 1)) * map.Width + Math.Clamp(k, 0, map.Width - 1)];
        if (mode == Interpolation.Nearest)
        {
            return At((2 * y + 1) * map.Height / (2 * height), (2 * x + 1) * map.Width / (2 * width));
        }

        double sy = (y + 0.5) * map.Height / height - 0.5;
        double sx = (x + 0.5) * map.Width / width - 0.5;
        int y0 = (int)Math.Floor(sy);
        int x0 = (int)Math.Floor(sx);
        double fy = sy - y0;
        double fx = sx - x0;
        return (1 - fy) * ((1 - fx) * At(y0, x0) + fx * At(y0, x0 + 1))
            + fy * ((1 - fx) * At(y0 + 1, x0) + fx * At(y0 + 1, x0 + 1));
    }

    public static double[] ReadAll(LogitMap map, int height, int width, Interpolation mode, int y, int x)
        => [.. Enumerable.Range(0, map.Classes).Select(c => Read(map, height, width, mode, c, y, x))];

    public static double[] Softmax(double[] logits)
    {
        double max = logits.Max();
        double sum = logits.Sum(z => Math.Exp(z - max));
        return [.. logits.Select(z => Math.Exp(z - max) / sum)];
    }

    public static double Entropy(double[] logits) => -Softmax(logits).Sum(p => p * Math.Log(Math.Max(p, 1e-5)));
}
