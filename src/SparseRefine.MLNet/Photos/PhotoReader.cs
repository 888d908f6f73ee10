using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Decodes photos that nobody vouches for, JPEG, PNG, WebP or BMP: the header is read first, so that a few kilobytes never become gigabytes of
/// pixels, a truncated or damaged file is an error rather than grey rows, and every error names the file. Thread-safe.
/// </summary>
/// <remarks>
/// An image is Bgra32, 4 bytes a pixel, and stands as the EXIF orientation of its file asks for. Colors are taken as they are stored, whatever
/// color profile the file has. A photo with transparent pixels has its colors multiplied by alpha, as <see cref="MLImage.CreateFromFile"/> does:
/// a transparent pixel is black.
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
    public static MLImage Decode(ReadOnlyMemory<byte> bytes, string name, long maxPixels = PhotoProbe.DefaultMaxPixels)
    {
        using PhotoCodec photo = new(bytes, name, maxPixels);
        return photo.Decode();
    }
}
