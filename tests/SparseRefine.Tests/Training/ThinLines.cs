using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.Tests.Training;

/// <summary>
/// Photos of thin dark lines on a light ground whose "dense" logits come from the truth at a quarter of the side: wide of
/// the mark near the lines, sure of itself elsewhere; the case that refinement is for.
/// </summary>
internal static class ThinLines
{
    public static TrainingExample Create(int seed, int size = 64, int classes = 2)
    {
        var random = new Random(seed);
        byte[] labels = new byte[size * size];
        byte[] pixels = new byte[size * size * 3];
        for (int line = 0; line < 4; line++)
        {
            int offset = random.Next(size);
            double slope = random.NextDouble() - 0.5;
            for (int x = 0; x < size; x++)
            {
                int y = (int)(offset + (slope * x));
                for (int t = 0; t < 3; t++)
                {
                    if (y + t >= 0 && y + t < size)
                    {
                        labels[((y + t) * size) + x] = 1;
                    }
                }
            }
        }

        for (int i = 0; i < labels.Length; i++)
        {
            byte value = (byte)((labels[i] == 1 ? 60 : 180) + random.Next(30));
            pixels.AsSpan(i * 3, 3).Fill(value);
        }

        int low = size / 4;
        float[] logits = new float[classes * low * low];
        for (int y = 0; y < low; y++)
        {
            for (int x = 0; x < low; x++)
            {
                int lines = 0;
                for (int k = 0; k < 16; k++)
                {
                    lines += labels[(((y * 4) + (k / 4)) * size) + (x * 4) + (k % 4)];
                }

                logits[(y * low) + x] = 2.5f - (lines * 0.5f);
                logits[(low * low) + (y * low) + x] = (lines * 0.5f) - 2.5f;
                for (int c = 2; c < classes; c++)
                {
                    logits[(((c * low) + y) * low) + x] = -9;
                }
            }
        }

        return new TrainingExample(
            $"lines-{seed}",
            new ImageBuffer(pixels, size, size, PixelOrder.Rgb24),
            new LabelMap(labels, size, size),
            new LogitMap(logits, classes, low, low));
    }

    /// <summary>The same photo with a second "dense" model's logits: half as sure, at half of the first one's sides.</summary>
    public static TrainingExample CreateForTwo(int seed, int size = 64)
    {
        TrainingExample one = Create(seed, size);
        int half = one.Logits.Width / 2;
        float[] logits = new float[2 * half * half];
        for (int i = 0; i < logits.Length; i++)
        {
            (int c, int y, int x) = (i / (half * half), i / half % half, i % half);
            for (int k = 0; k < 4; k++)
            {
                logits[i] += one.Logits.Values[(((c * 2 * half) + (2 * y) + (k / 2)) * 2 * half) + (2 * x) + (k % 2)] / 8;
            }
        }

        return new TrainingExample(one.Name, one.Image, one.Labels, [one.Logits, new LogitMap(logits, 2, half, half)]);
    }

    public static IReadOnlyList<TrainingExample> List(int first, int count, int size = 64) =>
        [.. Enumerable.Range(first, count).Select(seed => Create(seed, size))];
}
