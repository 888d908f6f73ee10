using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>A photo file in memory, checked before any memory is taken for its pixels. One thread at a time.</summary>
/// <param name="name">What messages call the file.</param>
internal abstract class PhotoCodec(string name) : IDisposable
{
    /// <summary>What messages expect of a photo file.</summary>
    public const string Kinds = "a jpg, png, webp, bmp or tiff photo";

    // Four bytes a pixel fill an array.
    private const long MostPixels = int.MaxValue / 4;

    /// <summary>Height and width as the photo is meant to be seen.</summary>
    public PhotoSize Size { get; private set; }

    /// <summary>Whether the file has further pages or frames behind the first, which alone is decoded.</summary>
    public bool HasMorePages { get; protected init; }

    /// <summary>What messages call the file.</summary>
    protected string Name => name;

    /// <summary>Where the first stored row and column are seen.</summary>
    protected SKEncodedOrigin Origin { get; private set; }

    // Rows of the file are columns of the photo.
    private bool IsTurned => PhotoOrientation.IsTurned(Origin);

    /// <summary>Reads the header and checks that the file is whole.</summary>
    /// <param name="bytes">The whole file, which must not change before the result is disposed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="maxPixels">Larger photos are refused; at least 1.</param>
    /// <returns>The photo.</returns>
    /// <exception cref="InvalidInputException">Empty, truncated, damaged, too large, or not a photo.</exception>
    public static PhotoCodec Open(ReadOnlyMemory<byte> bytes, string name, long maxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        ReadOnlySpan<byte> span = bytes.Span;
        return SkiaPhoto.KindOf(span) is not null ? new SkiaPhoto(bytes, name, maxPixels)
            : TiffDirectory.IsTiff(span) ? new TiffPhoto(bytes, name, maxPixels)
            : throw new InvalidInputException(
                name, Kinds, Describe(span))
            {
                Fault = InputFault.OtherKind,
            };
    }

    /// <summary>Decodes the photo.</summary>
    /// <returns>The image, Bgra32, upright and opaque, tagged with the name; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Damaged, or of a form that the decoder lacks.</exception>
    public abstract MLImage Decode();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Tells what of the file is not decoded.</summary>
    /// <param name="remark">Told once or not at all; null: nobody is.</param>
    public void Remark(Action<string>? remark)
    {
        if (HasMorePages)
        {
            remark?.Invoke($"{name}: a file of several pages, of which the first is read");
        }
    }

    /// <summary>Takes the size before anything else is looked at.</summary>
    /// <exception cref="InvalidInputException">More pixels than allowed.</exception>
    protected void SetSize(int storedHeight, int storedWidth, SKEncodedOrigin origin, long maxPixels)
    {
        Origin = origin;
        Size = IsTurned ? new PhotoSize(storedWidth, storedHeight) : new PhotoSize(storedHeight, storedWidth);
        long most = Math.Min(maxPixels, MostPixels);
        if (Size.Height < 1 || Size.Width < 1)
        {
            throw Damaged($"a size of 1x1 or more", Size.ToString());
        }

        if (Size.Pixels > most)
        {
            // A limit that nobody set must be told from one that somebody did.
            string why = most < PhotoProbe.DefaultMaxPixels && most == PhotoProbe.AffordablePixels ? ", which is what the memory of this process holds" : string.Empty;
            throw Bad(InputFault.TooLarge, $"a size from 1x1 to {most} pixels{why}", Size.ToString());
        }
    }

    // Files that often stand among photos are told by their names.
    private static string Describe(ReadOnlySpan<byte> file) => file switch
    {
        [] => "an empty file",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', ..] => "an AVIF file",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h', (byte)'e', ..] => "a HEIC file",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'m', (byte)'i', (byte)'f', ..] => "a HEIC or AVIF file",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF file",
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] => "a JPEG 2000 file",
        [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] or [0xFF, 0x0A, ..] => "a JPEG XL file",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF file",
        _ when file.StartsWith("version https://git-lfs"u8) => "a pointer of Git LFS (git lfs pull fetches the file itself)",
        _ when file.StartsWith("<!DOCTYPE"u8) || file.StartsWith("<html"u8) => "a web page",
        _ => $"a file that starts with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}",
    };

    /// <summary>Makes the image of decoded pixels: alpha becomes 255 and leaves the colors as they are.</summary>
    /// <param name="stored">Bgra32 as stored; written to.</param>
    protected MLImage Finish(Span<byte> stored)
    {
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(stored);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] |= 0xFF000000;
        }

        MLImage image = MLImage.CreateFromPixels(Size.Width, Size.Height, MLPixelFormat.Bgra32, MemoryMarshal.AsBytes(Upright<uint>(pixels)));
        image.Tag = name;
        return image;
    }

    /// <summary>Puts what the file has for each pixel where it is seen.</summary>
    /// <param name="stored">A value a pixel, row-major as stored.</param>
    /// <returns>The values, row-major as seen.</returns>
    protected ReadOnlySpan<T> Upright<T>(ReadOnlySpan<T> stored)
        where T : unmanaged
    {
        if (Origin == SKEncodedOrigin.TopLeft)
        {
            return stored;
        }

        T[] upright = GC.AllocateUninitializedArray<T>(stored.Length);
        (int height, int width) = IsTurned ? (Size.Width, Size.Height) : (Size.Height, Size.Width);
        PhotoOrientation.Apply(Origin, stored, upright, height, width);
        return upright;
    }

    /// <summary>An error that names the file.</summary>
    protected InvalidInputException Bad(InputFault fault, string expected, string got, Exception? cause = null) => new(name, expected, got, cause) { Fault = fault };

    /// <summary>The file ends before its photo does.</summary>
    /// <param name="kind">What the file says it is.</param>
    /// <param name="bytes">Its length.</param>
    protected InvalidInputException Truncated(string kind, int bytes) => Bad(InputFault.Truncated, $"a whole {kind} file", $"one that is truncated after {bytes} bytes");

    /// <summary>The file is whole, its content is not.</summary>
    protected InvalidInputException Damaged(string expected, string got, Exception? cause = null) => Bad(InputFault.Damaged, expected, got, cause);
}
