using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.Testing;

/// <summary>Bright stripes of class 1 on a dark ground of class 0, with some noise.</summary>
public static class StripedPhoto
{
    /// <summary>Writes a photo and, where a path is given, its label PNG; makes the folders.</summary>
    public static void Write(string path, string? labelPath, int height, int width, int seed, int noise = 20)
    {
        byte[] pixels = Pixels(height, width, seed, out byte[] labels, noise);
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        image.Save(path);
        if (labelPath is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(labelPath)!);
            IndexPng.Write(new LabelMap(labels, height, width), labelPath);
        }
    }

    /// <summary>The photo's RGBA bytes and the class of each pixel.</summary>
    public static byte[] Pixels(int height, int width, int seed, out byte[] labels, int noise = 20)
    {
        Random random = new(seed);
        byte[] pixels = new byte[height * width * 4];
        labels = new byte[height * width];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (byte)(((i % width) + (i / width / 2) + seed) % 16 < 5 ? 1 : 0);
            for (int c = 0; c < 3; c++)
            {
                pixels[(i * 4) + c] = (byte)((labels[i] == 1 ? 200 : 60) + (noise == 0 ? 0 : random.Next(-noise, noise + 1)));
            }

            pixels[(i * 4) + 3] = byte.MaxValue;
        }

        return pixels;
    }
}
