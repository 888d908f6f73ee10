using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>How unsure a dense model was of each pixel of an image: <see cref="Entropy"/> of its logits, read at the image's size as the refiner reads them. Immutable.</summary>
public sealed class EntropyMap
{
    /// <summary>Black, red, yellow, white: red, green, blue of 0 to 255.</summary>
    private static readonly byte[] Heat = [.. Enumerable.Range(0, 256).SelectMany(i => new[] { Ramp(i), Ramp(i - 85), Ramp(i - 170) })];

    /// <summary>Computes the entropies, row by row: nothing of the size classes x height x width is made.</summary>
    /// <param name="logits">The model's logits at their own resolution.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="interpolation">How logits are read between their own pixels, as in the fitted model.</param>
    /// <exception cref="ArgumentException">A size below 1, or another interpolation than nearest and bilinear.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public EntropyMap(LogitMap logits, int height, int width, Interpolation interpolation)
    {
        LogitSampler sampler = new(logits, height, width, interpolation);
        int classes = logits.Classes;
        float[] planes = new float[checked(classes * width)];
        float[] rows = new float[planes.Length];
        float[] entropies = new float[width];
        byte[] grey = new byte[checked(height * width)];
        Largest = MathF.Log(classes);
        float scale = 255 / Largest;
        double sum = 0;
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
                sum += entropies[x];
                Highest = Math.Max(Highest, entropies[x]);
                grey[(y * width) + x] = (byte)Math.Clamp((entropies[x] * scale) + 0.5f, 0, 255);
            }
        }

        Mean = sum / grey.Length;
        Grey = new LabelMap(grey, height, width);
    }

    /// <summary>[height, width], 255 e / ln C, rounded. As a PNG file: <c>IndexPng.Write(map.Grey, path)</c>.</summary>
    public LabelMap Grey { get; }

    /// <summary>Mean over the pixels, nats.</summary>
    public double Mean { get; }

    /// <summary>The highest of a pixel, nats.</summary>
    public float Highest { get; }

    /// <summary>ln C, nats: what a pixel has whose classes are all equal.</summary>
    public float Largest { get; }

    /// <summary>Paints the entropies from 0 (black) over red and yellow to ln C (white).</summary>
    /// <returns>A new image (Bgra32); the caller disposes it.</returns>
    public MLImage ToImage() => SegmentationPainter.Paint(Grey, Heat);

    private static byte Ramp(int i) => (byte)Math.Clamp(i * 3, 0, 255);
}
