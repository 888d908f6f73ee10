using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// Decodes pictures that nobody vouches for: the header is read first, so that a few kilobytes never become gigabytes of pixels, a
/// truncated file is an error rather than grey rows, and every error names the file. Thread-safe.
/// </summary>
public static class PictureFile
{
    /// <summary>Decodes a picture file.</summary>
    /// <param name="path">JPEG, PNG, WebP or BMP; read once, so what was checked is what is decoded.</param>
    /// <param name="maxPixels">Larger pictures are refused before memory is taken for them; at least 1.</param>
    /// <returns>The picture, tagged with its path; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Missing, truncated, damaged, larger than allowed, or not a picture.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static MLImage Read(string path, long maxPixels = PictureProbe.DefaultMaxPixels) =>
        Decode(PictureProbe.Bytes(path), path, maxPixels);

    /// <summary>Decodes a picture from memory.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">What messages call it, and the picture's tag.</param>
    /// <param name="maxPixels">Larger pictures are refused before memory is taken for them; at least 1.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Truncated, damaged, larger than allowed, or not a picture.</exception>
    public static MLImage Decode(ReadOnlyMemory<byte> bytes, string name, long maxPixels = PictureProbe.DefaultMaxPixels)
    {
        PictureSize size = PictureProbe.Read(bytes.Span, name, maxPixels);
        ArraySegment<byte> array = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> own) ? own : bytes.ToArray();
        MLImage image;
        try
        {
            image = MLImage.CreateFromStream(new MemoryStream(array.Array!, array.Offset, array.Count, writable: false));
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(name, "a picture that can be decoded", "a damaged one or a form of its format that the decoder lacks", e);
        }

        if (image.Height == size.Height && image.Width == size.Width)
        {
            image.Tag = name;
            return image;
        }

        string got = $"{image.Height}x{image.Width}";
        image.Dispose();
        throw new InvalidInputException(name, $"{size} pixels as its header says", got);
    }
}
