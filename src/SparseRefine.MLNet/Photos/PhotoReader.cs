using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Decodes photos that nobody vouches for, JPEG, PNG, WebP, BMP or TIFF: the header is read first, so that a few kilobytes never become gigabytes
/// of pixels, a truncated or damaged file is an error rather than gray rows, and every error names the file. Thread-safe.
/// </summary>
/// <remarks>
/// One rule for every reader of photos: an image is Bgra32, 4 bytes a pixel, and stands as the EXIF or TIFF orientation of its file asks for. Colors
/// are taken as they are stored, whatever color profile the file has. Alpha is dropped: a transparent pixel has the color that the file stores
/// for it, and each pixel's alpha is 255. Sixteen bits a sample become eight by value / 257, rounded (of a PNG
/// by way of half floats, which are off by 0.09 of a step at most before rounding); gray becomes three equal channels; CMYK
/// becomes RGB by its decoder's plain formula. Of a TIFF file with several pages the first is read, of one with more than three channels a
/// pixel the first three.
/// </remarks>
public static class PhotoReader
{
    /// <summary>Decodes a photo file.</summary>
    /// <param name="path">The file; read once, so that what was checked is what is decoded.</param>
    /// <param name="maxPixels">Larger photos are refused before memory is taken for them; at least 1.</param>
    /// <returns>The image, tagged with the path; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Missing, truncated, damaged, larger than allowed, or not a photo.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static MLImage Read(string path, long maxPixels = PhotoProbe.DefaultMaxPixels) =>
        PhotoProbe.Use(path, bytes => Decode(bytes, path, maxPixels));

    /// <summary>Decodes a photo from memory.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">What messages call it, and the image's tag.</param>
    /// <param name="maxPixels">Larger photos are refused before memory is taken for them; at least 1.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Truncated, damaged, larger than allowed, or not a photo.</exception>
    /// <exception cref="OutOfMemoryException">No memory for its pixels.</exception>
    public static MLImage Decode(ReadOnlyMemory<byte> bytes, string name, long maxPixels = PhotoProbe.DefaultMaxPixels)
    {
        using PhotoCodec photo = PhotoCodec.Open(bytes, name, maxPixels);
        try
        {
            return photo.Decode();
        }
        catch (Exception e) when (e.GetType() == typeof(Exception))
        {
            // SkiaSharp has no other words for it: "Unable to allocate pixels for the bitmap."
            throw new OutOfMemoryException($"{name}: expected memory for {photo.Size} pixels, got {e.Message}", e);
        }
    }
}
