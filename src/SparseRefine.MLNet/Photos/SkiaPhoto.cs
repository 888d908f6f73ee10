using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>A photo file that SkiaSharp decodes: JPEG, PNG, WebP or BMP.</summary>
internal sealed class SkiaPhoto : PhotoCodec
{
    /// <summary>Scans that a progressive JPEG of the largest size may have; encoders make about ten. Each costs a pass over all pixels.</summary>
    private const int LargestScans = 32;

    private const string DecodablePhoto = "a photo that can be decoded";
    private const string DamagedPhoto = "a damaged one or a form of its format that the decoder lacks";

    private readonly ArraySegment<byte> _file;
    private readonly GCHandle _pin;
    private readonly SKData _data;
    private readonly SKCodec _codec;

    /// <summary>Reads the header and checks that the file is whole. See <see cref="PhotoCodec.Open"/>.</summary>
    public SkiaPhoto(ReadOnlyMemory<byte> bytes, string name, long maxPixels)
        : base(name)
    {
        // SkiaSharp reads the array where it lies: no copy of the file is made.
        _file = MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> own) ? own : bytes.ToArray();
        ReadOnlySpan<byte> span = bytes.Span;
        _pin = GCHandle.Alloc(_file.Array, GCHandleType.Pinned);
        _data = SKData.Create(_pin.AddrOfPinnedObject() + _file.Offset, _file.Count);
        try
        {
            if (SKCodec.Create(_data) is not SKCodec codec)
            {
                ThrowUnlessWhole(span, out _);
                throw Damaged(DecodablePhoto, DamagedPhoto);
            }

            _codec = codec;
            SKEncodedOrigin origin = _codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrientation.Of(span) : _codec.EncodedOrigin;
            SetSize(_codec.Info.Height, _codec.Info.Width, origin, maxPixels);
            Check(span, maxPixels);
            HasMorePages = _codec.EncodedFormat == SKEncodedImageFormat.Webp && _codec.FrameCount > 1;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What a file is by its first bytes; null for what SkiaSharp does not decode.</summary>
    public static SKEncodedImageFormat? KindOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => SKEncodedImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => SKEncodedImageFormat.Png,
        [(byte)'B', (byte)'M', ..] => SKEncodedImageFormat.Bmp,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => SKEncodedImageFormat.Webp,
        _ => null,
    };

    /// <inheritdoc/>
    public override MLImage Decode()
    {
        if (_codec.EncodedFormat == SKEncodedImageFormat.Jpeg && _codec.EncodedOrigin == SKEncodedOrigin.TopLeft)
        {
            return DecodeInPlace();
        }

        // Without a color space the stored values come out as they are, of 16 bits the upper eight. Alpha that is not multiplied in leaves the colors whole.
        SKAlphaType alpha = _codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        SKImageInfo info = new(_codec.Info.Width, _codec.Info.Height, SKColorType.Bgra8888, alpha);
        using SKBitmap bitmap = new();
        if (!bitmap.TryAllocPixels(info))
        {
            throw new OutOfMemoryException($"{Name}: no memory for {Size.Pixels} pixels");
        }

        if (_codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            throw Damaged(DecodablePhoto, DamagedPhoto);
        }

        // The pixels are the bitmap's own memory, to which SkiaSharp 2 gives a span for reading only.
        return Finish(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bitmap.GetPixelSpan()), bitmap.ByteCount));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _codec?.Dispose();
        _data.Dispose();
        _pin.Free();
    }

    private MemoryStream FileStream() => new(_file.Array!, _file.Offset, _file.Count, writable: false);

    // Into the image's own memory, without a copy: 8 megapixels take 50 ms less. Not for the other formats, where ML.NET takes what was decoded before a
    // damaged place for the whole; a JPEG's decoder does not tell of such places, and that the file has its end was checked.
    private MLImage DecodeInPlace()
    {
        try
        {
            MLImage image = MLImage.CreateFromStream(FileStream());
            image.Tag = Name;
            return image;
        }
        catch (Exception e) when (e.GetType() == typeof(Exception))
        {
            // SkiaSharp has no type of its own for memory that it does not get, which is no fault of the photo.
            throw new OutOfMemoryException($"{Name}: no memory for {Size.Pixels} pixels", e);
        }
        catch (ArgumentException e)
        {
            // It says the same where memory is missing.
            Marshal.FreeHGlobal(Marshal.AllocHGlobal(checked((nint)(Size.Pixels * 4))));
            throw Damaged(DecodablePhoto, DamagedPhoto, e);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes, long maxPixels)
    {
        ThrowUnlessWhole(bytes, out int scans);
        if (Size.Pixels * scans / LargestScans > maxPixels)
        {
            throw Bad(InputFault.TooLarge, $"at most {maxPixels * LargestScans / Size.Pixels} scans in a JPEG of {Size}", $"{scans}");
        }
    }

    // Each format says where its file ends.
    private void ThrowUnlessWhole(ReadOnlySpan<byte> bytes, out int scans)
    {
        scans = 1;
        bool isWhole = KindOf(bytes) switch
        {
            SKEncodedImageFormat.Jpeg => JpegMarkers.TryCountScans(bytes, out scans),
            SKEncodedImageFormat.Png => bytes.IndexOf("IEND"u8) >= 0,
            SKEncodedImageFormat.Webp => BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L <= bytes.Length,
            _ => bytes.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]) <= bytes.Length,
        };
        if (!isWhole)
        {
            throw JpegMarkers.HasEnd(bytes) ? Damaged(DecodablePhoto, DamagedPhoto) : Truncated(KindOf(bytes)!.ToString()!.ToUpperInvariant(), bytes.Length);
        }
    }
}
