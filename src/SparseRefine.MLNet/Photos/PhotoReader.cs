using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Decodes photos that nobody vouches for, JPEG, PNG, WebP, BMP or TIFF: the header is read first, so that a few kilobytes never become gigabytes
/// of pixels, a truncated or damaged file is an error rather than gray rows, and every error names the file. Thread-safe.
/// </summary>
/// <remarks>
/// One rule for every reader of photos: an image is Bgra32, 4 bytes a pixel, and stands as the EXIF or TIFF orientation of its file asks for. Colors
/// are taken as they are stored, whatever color profile the file has. Alpha is dropped: a transparent pixel has the color that the file stores
/// for it, and each pixel's alpha is 255; only where a TIFF file says that its colors are multiplied by alpha is that undone, as Pillow does. Of
/// sixteen bits a sample the upper eight count, as OpenCV's imread and Pillow take them from PNG files (scikit-image, too); gray becomes three
/// equal channels, fewer than eight bits a sample are spread to 0..255; CMYK becomes RGB by the plain formula (255 - C)(255 - K) / 255. Of a TIFF
/// file with several pages, and of an animated WebP, the first is read; of channels beyond a color's none.
/// </remarks>
public static class PhotoReader
{
    /// <summary>Decodes a photo file.</summary>
    /// <param name="path">The file; read once, so that what was checked is what is decoded.</param>
    /// <param name="maxPixels">Larger photos are refused before memory is taken for them; at least 1.</param>
    /// <param name="remark">Told, in a sentence that names the photo, what of the file is not in the image: further pages. Null: nobody is told.</param>
    /// <returns>The image, tagged with the path; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Missing, truncated, damaged, larger than allowed, or not a photo.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static MLImage Read(string path, long maxPixels = PhotoProbe.DefaultMaxPixels, Action<string>? remark = null) =>
        PhotoProbe.Use(path, PhotoCodec.Kinds, bytes => Decode(bytes, path, maxPixels, remark));

    /// <summary>Decodes a photo from memory.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">What messages call it, and the image's tag.</param>
    /// <param name="maxPixels">Larger photos are refused before memory is taken for them; at least 1.</param>
    /// <param name="remark">As for a path.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Truncated, damaged, larger than allowed, or not a photo.</exception>
    /// <exception cref="OutOfMemoryException">No memory for its pixels.</exception>
    public static MLImage Decode(
        ReadOnlyMemory<byte> bytes, string name, long maxPixels = PhotoProbe.DefaultMaxPixels, Action<string>? remark = null)
    {
        using PhotoCodec photo = PhotoCodec.Open(bytes, name, maxPixels);
        try
        {
            MLImage image = photo.Decode();
            photo.Remark(remark);
            return image;
        }
        catch (Exception e) when (e.GetType() == typeof(Exception))
        {
            // SkiaSharp has no other words for it: "Unable to allocate pixels for the bitmap."
            throw new OutOfMemoryException($"{name}: expected memory for {photo.Size} pixels, got {e.Message}", e);
        }
    }
}
