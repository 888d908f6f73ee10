using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>One labelled photo's files.</summary>
internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";

    /// <summary>The photos of one part of a data folder: <c>images/PART/*</c> and <c>labels/PART/*.png</c> of the same names.</summary>
    /// <exception cref="InvalidInputException">A missing folder or label.</exception>
    public static IReadOnlyList<Photo> Of(string data, string part)
    {
        string images = Path.Combine(data, "images", part);
        if (!Directory.Exists(images))
        {
            throw new InvalidInputException("--data", $"a folder {images}", "none");
        }

        return
        [
            .. Directory.EnumerateFiles(images).Order(StringComparer.Ordinal).Select(image =>
            {
                string label = Path.Combine(data, "labels", part, Path.GetFileNameWithoutExtension(image) + ".png");
                return File.Exists(label)
                    ? new Photo { ImagePath = image, LabelPath = label }
                    : throw new InvalidInputException(label, $"the labels of {image}", "no such file");
            }),
        ];
    }

    /// <summary>Pixels of a decoded photo, valid until it is disposed.</summary>
    public static ImageView View(MLImage image) => new(
        image.Pixels, image.Height, image.Width, image.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba32 : PixelOrder.Bgra32);
}
