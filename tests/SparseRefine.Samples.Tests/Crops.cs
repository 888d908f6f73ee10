using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Samples.Tests;

/// <summary>Cut-outs of the shipped photos and of their labels, small enough for many runs, in a folder of their own.</summary>
public sealed class Crops : IDisposable
{
    public const int Height = 320;
    public const int Width = 448;
    private const int Top = 900;
    private const int Left = 1500;
    private static readonly string[] Names = ["06_h", "07_dr", "08_g"];

    public Crops()
    {
        foreach (string name in Names)
        {
            Directory.CreateDirectory(PathOf("photos"));
            Directory.CreateDirectory(PathOf("labels"));
            using MLImage photo = PhotoReader.Read(Repository.PathOf("samples", "photos", name + ".jpg"));
            byte[] pixels = Cut(photo.Pixels, photo.Width, 4);
            using MLImage crop = MLImage.CreateFromPixels(Width, Height, photo.PixelFormat, pixels);
            crop.Save(PathOf("photos", name + ".png"));
            LabelMap labels = IndexPng.Read(Repository.PathOf("samples", "labels", name + ".png"));
            IndexPng.Write(
                new LabelMap(Cut(labels.Labels, labels.Width, 1), Height, Width), PathOf("labels", name + ".png"));
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sparserefine-samples-").FullName;

    public string Photo => PathOf("photos", Names[0] + ".png");

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Cut(ReadOnlySpan<byte> pixels, int width, int size)
    {
        byte[] cut = new byte[Height * Width * size];
        for (int y = 0; y < Height; y++)
        {
            pixels.Slice((((Top + y) * width) + Left) * size, Width * size).CopyTo(cut.AsSpan(y * Width * size));
        }

        return cut;
    }
}
