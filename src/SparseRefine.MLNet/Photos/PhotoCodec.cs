using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>A photo file in memory, opened by SkiaSharp and checked before any memory is taken for its pixels. One thread at a time.</summary>
internal sealed class PhotoCodec : IDisposable
{
    /// <summary>What messages expect of a photo file.</summary>
    public const string Kinds = "a jpg, png, webp or bmp photo";

    private const string DecodablePhoto = "a photo that can be decoded";

    /// <summary>Most pixels of any photo: four bytes each fill an array.</summary>
    private const long MostPixels = int.MaxValue / 4;

    /// <summary>Scans that a progressive JPEG of the largest size may have; encoders make about ten. Each costs a pass over all pixels.</summary>
    private const int LargestScans = 32;

    private readonly string _name;
    private readonly ArraySegment<byte> _file;
    private readonly GCHandle _pin;
    private readonly SKData _data;
    private readonly SKCodec _codec;

    /// <summary>Reads the header and checks that the file is whole.</summary>
    /// <param name="bytes">The whole file, which must not change before this is disposed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="maxPixels">Larger photos are refused; at least 1.</param>
    /// <exception cref="InvalidInputException">Empty, truncated, too large, of too many scans, or not a photo.</exception>
    public PhotoCodec(ReadOnlyMemory<byte> bytes, string name, long maxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        _name = name;
        ReadOnlySpan<byte> span = bytes.Span;
        if (KindOf(span) is null)
        {
            throw Bad(Kinds, span switch
            {
                [] => "an empty file",
                [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF file, a format that the decoder lacks",
                _ => $"a file that starts with {Convert.ToHexString(span[..Math.Min(8, span.Length)])}",
            });
        }

        // SkiaSharp reads the array where it lies: no copy of the file is made.
        _file = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> own) ? own : bytes.ToArray();
        _pin = GCHandle.Alloc(_file.Array, GCHandleType.Pinned);
        _data = SKData.Create(_pin.AddrOfPinnedObject() + _file.Offset, _file.Count);
        try
        {
            _codec = SKCodec.Create(_data) ?? throw Truncated(span);
            Size = IsTurned ? new PhotoSize(_codec.Info.Width, _codec.Info.Height) : new PhotoSize(_codec.Info.Height, _codec.Info.Width);
            Check(span, maxPixels);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Height and width as the photo is meant to be seen.</summary>
    public PhotoSize Size { get; }

    // Rows of the file are columns of the photo.
    private bool IsTurned => _codec.EncodedOrigin is >= SKEncodedOrigin.LeftTop and <= SKEncodedOrigin.LeftBottom;

    /// <summary>Decodes the photo.</summary>
    /// <returns>The image, Bgra32 and upright, tagged with the name; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Truncated, damaged, or of a form that the decoder lacks.</exception>
    public MLImage Decode()
    {
        if (_codec.EncodedFormat == SKEncodedImageFormat.Jpeg && _codec.EncodedOrigin == SKEncodedOrigin.TopLeft)
        {
            return DecodeInPlace();
        }

        // Without a color space the stored values come out as they are.
        SKAlphaType alpha = _codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
        SKImageInfo info = new(_codec.Info.Width, _codec.Info.Height, SKColorType.Bgra8888, alpha);
        using SKBitmap bitmap = new(info);
        SKCodecResult result = _codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw Bad(
                DecodablePhoto,
                result == SKCodecResult.IncompleteInput ? "one that is truncated or damaged" : "a damaged one or a form of its format that the decoder lacks");
        }

        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        if (_codec.EncodedOrigin != SKEncodedOrigin.TopLeft)
        {
            byte[] upright = GC.AllocateUninitializedArray<byte>(pixels.Length);
            PhotoOrientation.Apply(
                _codec.EncodedOrigin, MemoryMarshal.Cast<byte, uint>(pixels), MemoryMarshal.Cast<byte, uint>(upright.AsSpan()), info.Height, info.Width);
            pixels = upright;
        }

        MLImage image = MLImage.CreateFromPixels(Size.Width, Size.Height, MLPixelFormat.Bgra32, pixels);
        image.Tag = _name;
        return image;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _codec?.Dispose();
        _data.Dispose();
        _pin.Free();
    }

    private static SKEncodedImageFormat? KindOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => SKEncodedImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => SKEncodedImageFormat.Png,
        [(byte)'B', (byte)'M', ..] => SKEncodedImageFormat.Bmp,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => SKEncodedImageFormat.Webp,
        _ => null,
    };

    // Into the image's own memory, without a copy: 8 megapixels take 50 ms less. Not for the other formats, where ML.NET takes what was decoded before a
    // damaged place for the whole; a JPEG's decoder does not tell of such places, and that the file has its end was checked.
    private MLImage DecodeInPlace()
    {
        try
        {
            MLImage image = MLImage.CreateFromStream(new MemoryStream(_file.Array!, _file.Offset, _file.Count, writable: false));
            image.Tag = _name;
            return image;
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(_name, DecodablePhoto, "a damaged one or a form of its format that the decoder lacks", e);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes, long maxPixels)
    {
        long most = Math.Min(maxPixels, MostPixels);
        if (Size.Pixels > most)
        {
            throw Bad($"a size from 1x1 to {most} pixels", Size.ToString());
        }

        int scans = 1;
        bool isWhole = KindOf(bytes) switch
        {
            SKEncodedImageFormat.Jpeg => JpegMarkers.TryCountScans(bytes, out scans),
            SKEncodedImageFormat.Png => bytes.IndexOf("IEND"u8) >= 0,
            SKEncodedImageFormat.Webp => BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L <= bytes.Length,
            _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]) <= bytes.Length,
        };
        if (!isWhole)
        {
            throw Truncated(bytes);
        }

        if (Size.Pixels * scans / LargestScans > maxPixels)
        {
            throw Bad($"at most {maxPixels * LargestScans / Size.Pixels} scans in a JPEG of {Size}", $"{scans}");
        }
    }

    private InvalidInputException Truncated(ReadOnlySpan<byte> bytes) =>
        Bad($"a whole {KindOf(bytes)!.ToString()!.ToUpperInvariant()} file", $"one that is truncated or damaged after {bytes.Length} bytes");

    private InvalidInputException Bad(string expected, string got) => new(_name, expected, got);
}
