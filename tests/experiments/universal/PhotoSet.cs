using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Experiments.Universal;

/// <summary>Labelled photos and the dense model that is refined on them.</summary>
/// <param name="Name">What the command line calls the set.</param>
/// <param name="Labels">Folder of the labels beside <c>images</c>.</param>
/// <param name="Dense">The dense model, relative to the current folder.</param>
/// <param name="Scale">What it sees of a photo; null: <paramref name="Size"/>.</param>
/// <param name="Size">Height and width that it sees; null: <paramref name="Scale"/>.</param>
/// <param name="Multiple">Its sides are multiples of this.</param>
/// <param name="Photos">Photos of the train split to learn from, spread evenly over it.</param>
/// <param name="Kept">Last photos of the train split that are kept for validation; 0: the set has a valid split.</param>
internal sealed record PhotoSet(string Name, string Labels, string Dense, double? Scale, int[]? Size, int Multiple, int Photos, int Kept)
{
    /// <summary>Photos to learn from.</summary>
    public IReadOnlyList<TrainingPhoto> Training(string data) => Read(data, "train", files => Spread(files[..^Kept], Photos));

    /// <summary>Photos that no training sees.</summary>
    /// <param name="data">The folder that holds the set's folder.</param>
    /// <param name="part">valid or test.</param>
    /// <param name="most">At most so many, spread evenly.</param>
    public IReadOnlyList<TrainingPhoto> Held(string data, string part, int most) => part == "valid" && Kept > 0
        ? Read(data, "train", files => Spread(files[^Kept..], most))
        : Read(data, part, files => Spread(files, most));

    /// <summary>Opens the dense model.</summary>
    public DenseModel Open(int threads) => new(
        Dense,
        new DenseModelOptions { Scale = Scale, Height = Size?[0], Width = Size?[1], SizeMultiple = Multiple, IntraOpNumThreads = threads });

    private static string[] Spread(string[] files, int most) =>
        most >= files.Length ? files : [.. Enumerable.Range(0, most).Select(i => files[(int)((long)i * files.Length / most)])];

    private List<TrainingPhoto> Read(string data, string part, Func<string[], string[]> choose)
    {
        string folder = Path.Combine(data, Name, "images", part);
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException("--data", $"a folder {folder}", "none");
        }

        using DenseModel dense = Open(threads: 1);
        List<TrainingPhoto> photos = [];
        foreach (string file in choose([.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)]))
        {
            using MLImage image = PhotoReader.Read(file);
            ImageView view = image.AsView();
            LabelMap labels = IndexPng.Read(Path.Combine(data, Name, Labels, part, Path.GetFileNameWithoutExtension(file) + ".png"));
            byte[] pixels = new byte[view.Height * view.Width * 3];
            for (int i = 0; i < view.Height * view.Width; i++)
            {
                ReadOnlySpan<byte> pixel = view.Pixels.Slice(i * view.BytesPerPixel, view.BytesPerPixel);
                (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = (pixel[view.RedOffset], pixel[1], pixel[view.BlueOffset]);
            }

            photos.Add(new TrainingPhoto(new ImageBuffer(pixels, view.Height, view.Width, PixelOrder.Rgb24), labels, dense.Run(view)));
        }

        return photos;
    }
}

/// <summary>A labelled photo with the dense model's answer.</summary>
internal sealed record TrainingPhoto(ImageBuffer Image, LabelMap Labels, LogitMap Logits);
