using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Interactive;

/// <summary>Cuts windows out of photos and label maps, to look at details or to try things on less. Thread-safe.</summary>
public static class Crop
{
    /// <summary>A window of a photo.</summary>
    /// <param name="image">The photo; not changed.</param>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <returns>A new image of the same pixel format; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A window that is not inside.</exception>
    public static MLImage Of(MLImage image, int top, int left, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] pixels = Cut(image.Pixels, image.Height, image.Width, image.BitsPerPixel / 8, (top, left, height, width));
        return MLImage.CreateFromPixels(width, height, image.PixelFormat, pixels);
    }

    /// <summary>A window of a label map.</summary>
    /// <param name="map">The map; not changed.</param>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <returns>A new map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A window that is not inside.</exception>
    public static LabelMap Of(LabelMap map, int top, int left, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new LabelMap(Cut(map.Labels, map.Height, map.Width, 1, (top, left, height, width)), height, width);
    }

    /// <summary>Cuts the same window out of a photo's file and its label map's, into PNG files of the photo's name.</summary>
    /// <param name="photoFile">The photo.</param>
    /// <param name="labelFile">Its label map: gray or palette, PNG or TIFF.</param>
    /// <param name="folder">Where to write <c>NAME.png</c> and <c>NAME_label.png</c>; made if it is missing.</param>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <returns>The two files.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A window that is not inside.</exception>
    public static (string ImagePath, string LabelPath) Save(
        string photoFile, string labelFile, string folder, int top, int left, int height, int width)
    {
        ArgumentException.ThrowIfNullOrEmpty(photoFile);
        ArgumentException.ThrowIfNullOrEmpty(labelFile);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string name = Path.Combine(folder, Path.GetFileNameWithoutExtension(photoFile));
        using MLImage photo = PhotoReader.Read(photoFile);
        using MLImage window = Of(photo, top, left, height, width);
        AtomicFile.Write(name + ".png", window.WritePng);
        IndexPng.Write(Of(new LabelReading().Read(labelFile), top, left, height, width), name + "_label.png");
        return (name + ".png", name + "_label.png");
    }

    private static byte[] Cut(
        ReadOnlySpan<byte> pixels, int fullHeight, int fullWidth, int size, (int Top, int Left, int Height, int Width) window)
    {
        CheckSide(window.Top, window.Height, fullHeight, "top", "height");
        CheckSide(window.Left, window.Width, fullWidth, "left", "width");
        byte[] cut = new byte[window.Height * window.Width * size];
        for (int y = 0; y < window.Height; y++)
        {
            pixels.Slice((((window.Top + y) * fullWidth) + window.Left) * size, window.Width * size)
                .CopyTo(cut.AsSpan(y * window.Width * size));
        }

        return cut;
    }

    private static void CheckSide(int start, int length, int full, string startName, string lengthName)
    {
        if (length < 1 || start < 0 || start > full - length)
        {
            throw new ArgumentOutOfRangeException(
                startName, $"{startName} and {lengthName}: expected a window inside 0..{full}, got {start} and {length}");
        }
    }
}
