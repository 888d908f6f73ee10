using BitMiracle.LibTiff.Classic;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SparseRefine.MLNet;

/// <summary>A TIFF file, decoded by LibTiff.NET: its first page.</summary>
internal sealed class TiffPhoto : PhotoCodec
{
    // A block of the file is decoded as a whole, so its size is memory.
    private const long SmallBlock = 64L << 20;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Reads the header and checks that the file is whole. See <see cref="PhotoCodec.Open"/>.</summary>
    public TiffPhoto(ReadOnlyMemory<byte> bytes, string name, long maxPixels)
        : base(name)
    {
        _bytes = bytes;
        TiffDirectory page = new(bytes.Span);
        if (!page.IsWhole)
        {
            throw Truncated();
        }

        long height = page.Value((int)TiffTag.IMAGELENGTH, 0);
        long width = page.Value((int)TiffTag.IMAGEWIDTH, 0);
        if (height is < 1 or > int.MaxValue || width is < 1 or > int.MaxValue)
        {
            throw Bad("a TIFF page with a size", $"{height}x{width}");
        }

        long origin = page.Value((int)TiffTag.ORIENTATION, 1);
        SetSize((int)height, (int)width, origin is >= 1 and <= 8 ? (SKEncodedOrigin)origin : SKEncodedOrigin.TopLeft, maxPixels);
        CheckBlocks(page, height, width);
    }

    /// <inheritdoc/>
    public override MLImage Decode()
    {
        byte[] pixels;
        try
        {
            using Tiff tiff = TiffMemory.Open(_bytes) ?? throw Damaged(null);
            pixels = TiffPixels.Read(tiff) ?? throw Damaged(null);
        }
        catch (Exception e) when (e is not (InvalidInputException or OutOfMemoryException))
        {
            // The decoder trusts what it decodes; what it stumbles over is the file's damage.
            throw Damaged(e);
        }

        return Finish(pixels);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private void CheckBlocks(TiffDirectory page, long height, long width)
    {
        long samples = page.Value((int)TiffTag.SAMPLESPERPIXEL, 1);
        long bits = page.Value((int)TiffTag.BITSPERSAMPLE, 1);
        long format = page.Value((int)TiffTag.SAMPLEFORMAT, 1);
        if (samples is < 1 or > 32 || bits is not (1 or 2 or 4 or 8 or 16) || format != 1)
        {
            throw Bad("a TIFF page of 1 to 32 channels of 1, 2, 4, 8 or 16 bits, whole numbers", $"{samples} channels of {bits} bits, sample format {format}");
        }

        bool isTiled = page.Count((int)TiffTag.TILEWIDTH) > 0;
        long blockHeight = isTiled ? page.Value((int)TiffTag.TILELENGTH, 0) : Math.Min(height, page.Value((int)TiffTag.ROWSPERSTRIP, height));
        long blockWidth = isTiled ? page.Value((int)TiffTag.TILEWIDTH, 0) : width;
        long most = Math.Max(SmallBlock, 8 * height * width) / 8;
        if (blockHeight < 1 || blockWidth < 1 || blockHeight > most || blockWidth > most || blockHeight * blockWidth > most / samples)
        {
            throw Bad($"strips or tiles that fit a photo of {Size}", $"{blockHeight}x{blockWidth} with {samples} channels");
        }

        (int offsets, int lengths) = isTiled
            ? ((int)TiffTag.TILEOFFSETS, (int)TiffTag.TILEBYTECOUNTS)
            : ((int)TiffTag.STRIPOFFSETS, (int)TiffTag.STRIPBYTECOUNTS);
        long planes = page.Value((int)TiffTag.PLANARCONFIG, 1) == 2 ? samples : 1;
        long blocks = planes * ((height + blockHeight - 1) / blockHeight) * ((width + blockWidth - 1) / blockWidth);
        if (page.Count(offsets) < blocks)
        {
            throw Bad($"a TIFF page of {blocks} strips or tiles", $"a damaged one of {page.Count(offsets)}");
        }

        for (long i = 0; i < blocks; i++)
        {
            // Old writers leave the lengths out; the decoder then takes what is there.
            long end = page.Value(offsets, 0, i) + page.Value(lengths, 1, i);
            if (end < 0 || end > _bytes.Length)
            {
                throw Truncated();
            }
        }
    }

    private InvalidInputException Truncated() => Bad("a whole TIFF file", $"one that is truncated or damaged after {_bytes.Length} bytes");

    private InvalidInputException Damaged(Exception? cause) =>
        Bad("a photo that can be decoded", $"a damaged one or a form of TIFF that the decoder lacks{(cause is null ? "" : $" ({cause.GetType().Name})")}");
}
