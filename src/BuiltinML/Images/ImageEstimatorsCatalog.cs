using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML;

/// <summary>Transforms of images.</summary>
public static class ImageEstimatorsCatalog
{
    /// <summary>Loads images from paths.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The images.</param>
    /// <param name="imageFolder">Folder that paths start from; null for none.</param>
    /// <param name="inputColumnName">The paths; null: the output's name.</param>
    public static ImageLoadingEstimator LoadImages(
        this TransformsCatalog catalog, string outputColumnName, string imageFolder, string inputColumnName = null)
        => new(outputColumnName, imageFolder, inputColumnName);

    /// <summary>Resizes images.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The resized images.</param>
    /// <param name="imageWidth">Their columns.</param>
    /// <param name="imageHeight">Their rows.</param>
    /// <param name="inputColumnName">The images; null: the output's name.</param>
    /// <param name="resizing">What happens to the aspect ratio.</param>
    /// <param name="cropAnchor">Which side is kept when cropping.</param>
    public static ImageResizingEstimator ResizeImages(
        this TransformsCatalog catalog,
        string outputColumnName,
        int imageWidth,
        int imageHeight,
        string inputColumnName = null,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
        ImageResizingEstimator.Anchor cropAnchor = ImageResizingEstimator.Anchor.Center)
        => new(outputColumnName, imageWidth, imageHeight, inputColumnName, resizing, cropAnchor);
}
