using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Bridges between ML.NET's images and the engine's.</summary>
internal static class Images
{
    /// <summary>A view over an image's own memory: valid as long as the row.</summary>
    /// <exception cref="InvalidInputException">The row has no image, or one of an unknown pixel format.</exception>
    public static ImageView View(MLImage? image, string column)
    {
        MLImage present = Present(image, column);
        return new ImageView(present.Pixels, present.Height, present.Width, Order(present, column));
    }

    /// <summary>The image of a row that must have one.</summary>
    /// <exception cref="InvalidInputException">The row has none.</exception>
    public static MLImage Present(MLImage? image, string column) =>
        image ?? throw new InvalidInputException($"column '{column}'", "an image", "none, as in a row that LoadPhotos flagged: FilterByCustomPredicate leaves such rows out, PhotoErrors.Skip as well");

    /// <summary>What error messages call the row: the image's file where it is known.</summary>
    public static string Name(MLImage? image, string column) =>
        string.IsNullOrEmpty(image?.Tag) ? $"column '{column}'" : image.Tag;

    /// <summary>The pixels, three bytes each, as trainers keep them.</summary>
    public static ImageBuffer Copy(ImageView view)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(view.Height * view.Width * 3));
        RgbBytes.Copy(view, pixels);
        return new ImageBuffer(pixels, view.Height, view.Width, PixelOrder.Rgb24);
    }

    /// <summary>An image of its own with the same pixels and name.</summary>
    /// <param name="image">The image; not changed.</param>
    /// <returns>The copy; the caller disposes it.</returns>
    public static MLImage Duplicate(MLImage image)
    {
        MLImage copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }

    private static PixelOrder Order(MLImage image, string column) => image.PixelFormat switch
    {
        MLPixelFormat.Bgra32 => PixelOrder.Bgra32,
        MLPixelFormat.Rgba32 => PixelOrder.Rgba32,
        MLPixelFormat other => throw new InvalidInputException(
            $"{Name(image, column)}", "Bgra32 or Rgba32 pixels", $"{other}"),
    };
}
