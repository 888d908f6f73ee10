using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.Cli.Tests;

/// <summary>A temporary folder with helpers to fill it; deleted at the end.</summary>
public sealed class TestFolder : IDisposable
{
    public TestFolder() => Root = Directory.CreateTempSubdirectory("sparserefine-tests-").FullName;

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Every file under the folder, relative, sorted.</summary>
    public string[] Files() => [.. Directory
        .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root, f))
        .Order(StringComparer.Ordinal)];

    public string Write(string name, byte[] bytes)
    {
        string path = Prepare(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string name, string text)
    {
        string path = Prepare(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Bright stripes of class 1 on a dark ground of class 0, with some noise; a picture file and its label PNG.</summary>
    public void WritePhoto(string name, int height, int width, int seed, string labelFolder = "labels", int noise = 20)
    {
        Random random = new(seed);
        byte[] pixels = new byte[height * width * 4];
        byte[] labels = new byte[height * width];
        for (int i = 0; i < labels.Length; i++)
        {
            int y = i / width;
            int x = i % width;
            labels[i] = (byte)((x + (y / 2) + seed) % 16 < 5 ? 1 : 0);
            for (int c = 0; c < 3; c++)
            {
                pixels[(i * 4) + c] = (byte)((labels[i] == 1 ? 200 : 60) + (noise == 0 ? 0 : random.Next(-noise, noise + 1)));
            }

            pixels[(i * 4) + 3] = 255;
        }

        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(Prepare(Path.Combine("images", name)));
        WriteLabels(Path.Combine(labelFolder, Path.GetFileNameWithoutExtension(name) + ".png"), labels, height, width);
    }

    public string WriteLabels(string name, byte[] labels, int height, int width)
    {
        string path = Prepare(name);
        IndexPng.Write(new LabelMap(labels, height, width), path);
        return path;
    }

    public string WriteClasses(int count = 2) => Write(
        $"classes{count}.csv",
        "id,name,r,g,b\n" + string.Concat(Enumerable.Range(0, count).Select(c => $"{c},class{c},{c * 40},{255 - (c * 40)},0\n")));

    private string Prepare(string name)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
