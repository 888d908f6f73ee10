using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Universal;

/// <summary>Square crops of photos, enlarged or shrunk, turned, mirrored, in colors that mean nothing, with a dense model's answer or a pretended one's.</summary>
internal static class CropMaker
{
    /// <summary>With the dense model's own cells, none of them cut.</summary>
    public static TrainingExample Answered(string name, TrainingPhoto photo, int side, Random random)
    {
        LogitMap logits = photo.Logits;
        double cellY = (double)photo.Image.Height / logits.Height;
        double cellX = (double)photo.Image.Width / logits.Width;
        int cells = Math.Clamp((int)Math.Round(side * Math.Pow(2, (random.NextDouble() * 1.2) - 0.6) / cellY), 2, Math.Min(logits.Height, logits.Width));
        int top = random.Next(logits.Height - cells + 1);
        int left = random.Next(logits.Width - cells + 1);
        int turn = random.Next(8);
        float temperature = (float)(0.8 + (random.NextDouble() * 0.4));
        float[] values = new float[logits.Classes * cells * cells];
        for (int c = 0; c < logits.Classes; c++)
        {
            for (int y = 0; y < cells; y++)
            {
                for (int x = 0; x < cells; x++)
                {
                    values[(c * cells * cells) + Turned(y, x, cells, turn)] =
                        temperature * logits.Values[(((c * logits.Height) + top + y) * logits.Width) + left + x];
                }
            }
        }

        (ImageBuffer image, LabelMap labels) = Cut(photo, top * cellY, left * cellX, cells * cellY / side, side, turn);
        MixColors(image.Pixels, random);
        return new TrainingExample(name, image, labels, new LogitMap(values, logits.Classes, cells, cells));
    }

    /// <summary>With the answer of a <see cref="PretendedModel"/>.</summary>
    public static TrainingExample Pretended(string name, TrainingPhoto photo, int side, Random random)
    {
        (int height, int width) = (photo.Image.Height, photo.Image.Width);
        double scale = Math.Min(Math.Pow(2, (random.NextDouble() * 2) - (height > 1500 ? 0.3 : 0.6)), (double)Math.Min(height, width) / side);
        double top = random.NextDouble() * (height - (side * scale));
        double left = random.NextDouble() * (width - (side * scale));
        (ImageBuffer image, LabelMap labels) = Cut(photo, top, left, scale, side, random.Next(8));
        MixColors(image.Pixels, random);
        labels = random.Chance(0.5) ? Annotator.Paint(labels, photo.Logits.Classes, random) : labels;
        return new TrainingExample(name, image, labels, PretendedModel.Answer(labels, photo.Logits.Classes, random));
    }

    // Bilinear colors and nearest labels of a square that begins at (top, left), scale source pixels a pixel.
    private static (ImageBuffer Image, LabelMap Labels) Cut(TrainingPhoto photo, double top, double left, double scale, int side, int turn)
    {
        (int height, int width) = (photo.Image.Height, photo.Image.Width);
        byte[] source = photo.Image.Pixels;
        byte[] pixels = new byte[side * side * 3];
        byte[] labels = new byte[side * side];
        for (int i = 0; i < side * side; i++)
        {
            double y = top + (((i / side) + 0.5) * scale);
            double x = left + (((i % side) + 0.5) * scale);
            int target = Turned(i / side, i % side, side, turn);
            labels[target] = photo.Labels.Labels[(Math.Min((int)y, height - 1) * width) + Math.Min((int)x, width - 1)];
            (y, x) = (Math.Clamp(y - 0.5, 0, height - 1.001), Math.Clamp(x - 0.5, 0, width - 1.001));
            (float wy, float wx) = ((float)(y - (int)y), (float)(x - (int)x));
            int at = (((int)y * width) + (int)x) * 3;
            for (int k = 0; k < 3; k++)
            {
                float upper = (source[at + k] * (1 - wx)) + (source[at + 3 + k] * wx);
                float lower = (source[at + (width * 3) + k] * (1 - wx)) + (source[at + (width * 3) + 3 + k] * wx);
                pixels[(target * 3) + k] = (byte)((upper * (1 - wy)) + (lower * wy) + 0.5f);
            }
        }

        return (new ImageBuffer(pixels, side, side, PixelOrder.Rgb24), new LabelMap(labels, side, side));
    }

    // Where a pixel goes in one of the eight ways to lay a square.
    private static int Turned(int y, int x, int side, int turn)
    {
        y = (turn & 2) != 0 ? side - 1 - y : y;
        x = (turn & 1) != 0 ? side - 1 - x : x;
        return (turn & 4) != 0 ? (x * side) + y : (y * side) + x;
    }

    // Channels exchanged and mixed, or grey; brighter or darker, at times negative; grain.
    private static void MixColors(byte[] pixels, Random random)
    {
        const float Middle = 118;
        int[] order = [0, 1, 2];
        random.Shuffle(order);
        float mixing = 0.4f * random.NextSingle();
        bool isGrey = random.Chance(0.125);
        float[] mix = new float[9];
        for (int i = 0; i < 9; i++)
        {
            mix[i] = isGrey ? 1f / 3 : (order[i / 3] == i % 3 ? 1 : 0) + (mixing * ((random.NextSingle() * 2) - 1));
        }

        float gain = (random.Chance(1.0 / 3) ? -1 : 1) * (float)Math.Pow(2, (random.NextDouble() * 1.6) - 0.9);
        float offset = Middle + (random.NextSingle() * 60) - 30;
        float grain = random.Chance(0.5) ? 0 : random.NextSingle() * 6;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (float r, float g, float b) = (pixels[i] - Middle, pixels[i + 1] - Middle, pixels[i + 2] - Middle);
            for (int k = 0; k < 3; k++)
            {
                float value = (mix[3 * k] * r) + (mix[(3 * k) + 1] * g) + (mix[(3 * k) + 2] * b);
                pixels[i + k] = (byte)Math.Clamp((gain * value) + offset + (grain * ((random.NextSingle() * 2) - 1)), 0, 255);
            }
        }
    }
}
