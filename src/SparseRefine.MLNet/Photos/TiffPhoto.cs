using BitMiracle.LibTiff.Classic;
using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>A TIFF file, decoded by LibTiff.NET: its first page.</summary>
internal sealed class TiffPhoto : PhotoCodec
{
    // A block of the file is decoded as a whole, so its size is memory.
    private const long SmallBlock = 64L << 20;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly (int Height, int Width) _stored;

    /// <summary>Reads the header and checks that the file is whole. See <see cref="PhotoCodec.Open"/>.</summary>
    public TiffPhoto(ReadOnlyMemory<byte> bytes, string name, long maxPixels)
        : base(name)
    {
        _bytes = bytes;
        TiffDirectory page = new(bytes.Span);
        if (!page.IsWhole || page.IsDamaged)
        {
            throw page.IsDamaged ? Damaged(null) : Truncated();
        }

        long height = page.Value((int)TiffTag.IMAGELENGTH, 0);
        long width = page.Value((int)TiffTag.IMAGEWIDTH, 0);
        if (height is < 1 or > int.MaxValue || width is < 1 or > int.MaxValue)
        {
            throw Damaged("a TIFF page with a size", $"{height}x{width}");
        }

        HasMorePages = page.HasMorePages;
        _stored = ((int)height, (int)width);
        long origin = page.Value((int)TiffTag.ORIENTATION, 1);
        SetSize((int)height, (int)width, origin is >= 1 and <= 8 ? (SKEncodedOrigin)origin : SKEncodedOrigin.TopLeft, maxPixels);
        CheckBlocks(page, height, width);
    }

    /// <inheritdoc/>
    public override MLImage Decode() => Finish(Read(TiffPixels.Read));

    /// <summary>Reads the page as a label map.</summary>
    /// <returns>The stored numbers where they are seen, and red, green, blue of the palette's colors, empty for gray; null for a page of colors.</returns>
    /// <exception cref="InvalidInputException">A number above 255, or a form of gray that is no number.</exception>
    /// <exception cref="InvalidInputException">Damaged.</exception>
    public (LabelMap Map, byte[] Palette)? ReadNumbers()
    {
        TiffNumbers page = Read(tiff => TiffPixels.ReadNumbers(tiff, Name));
        if (page.Values is not ushort[] numbers)
        {
            return null;
        }

        int large = numbers.AsSpan().IndexOfAnyExceptInRange((ushort)0, byte.MaxValue);
        if (large >= 0)
        {
            throw new InvalidInputException(Name, "values below 256", $"{numbers[large]}");
        }

        return (new LabelMap(Upright<byte>(Array.ConvertAll(numbers, number => (byte)number)).ToArray(), Size.Height, Size.Width), page.Palette);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private T Read<T>(Func<Tiff, T?> read)
        where T : class
    {
        try
        {
            using Tiff tiff = TiffMemory.Open(_bytes) ?? throw Damaged(null);

            // Of a tag that is there twice or has an odd type, the decoder may take another value than the one that was checked.
            if ((tiff.GetField(TiffTag.IMAGELENGTH)?[0].ToInt(), tiff.GetField(TiffTag.IMAGEWIDTH)?[0].ToInt()) != _stored)
            {
                throw Damaged(null);
            }

            return read(tiff) is T done && tiff.Clientdata() is TiffMemory { HasFailed: false } ? done : throw Damaged(null);
        }
        catch (Exception e) when (e is not (InvalidInputException or OutOfMemoryException))
        {
            // The decoder trusts what it decodes; what it stumbles over is the file's damage.
            throw Damaged(e);
        }
    }

    private void CheckBlocks(TiffDirectory page, long height, long width)
    {
        long samples = page.Value((int)TiffTag.SAMPLESPERPIXEL, 1);
        long bits = page.Value((int)TiffTag.BITSPERSAMPLE, 1);
        long format = page.Value((int)TiffTag.SAMPLEFORMAT, 1);
        if (samples is < 1 or > 32 || bits is not (1 or 2 or 4 or 8 or 16) || format != 1)
        {
            throw Damaged("a TIFF page of 1 to 32 channels of 1, 2, 4, 8 or 16 bits, whole numbers", $"{samples} channels of {bits} bits, sample format {format}");
        }

        bool isTiled = page.Count((int)TiffTag.TILEWIDTH) > 0;
        long blockHeight = isTiled ? page.Value((int)TiffTag.TILELENGTH, 0) : Math.Min(height, page.Value((int)TiffTag.ROWSPERSTRIP, height));
        long blockWidth = isTiled ? page.Value((int)TiffTag.TILEWIDTH, 0) : width;
        long most = Math.Max(SmallBlock, 8 * height * width) / 8;
        if (blockHeight < 1 || blockWidth < 1 || blockHeight > most || blockWidth > most || blockHeight * blockWidth > most / samples)
        {
            throw Damaged($"strips or tiles that fit a photo of {Size}", $"{blockHeight}x{blockWidth} with {samples} channels");
        }

        (int offsets, int lengths) = isTiled
            ? ((int)TiffTag.TILEOFFSETS, (int)TiffTag.TILEBYTECOUNTS)
            : ((int)TiffTag.STRIPOFFSETS, (int)TiffTag.STRIPBYTECOUNTS);
        long planes = page.Value((int)TiffTag.PLANARCONFIG, 1) == 2 ? samples : 1;
        long blocks = planes * ((height + blockHeight - 1) / blockHeight) * ((width + blockWidth - 1) / blockWidth);
        if (page.Count(offsets) < blocks)
        {
            throw Damaged($"a TIFF page of {blocks} strips or tiles", $"a damaged one of {page.Count(offsets)}");
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

    private InvalidInputException Truncated() => Truncated("TIFF", _bytes.Length);

    private InvalidInputException Damaged(Exception? cause) => Damaged(
        "a photo that can be decoded", $"a damaged one or a form of TIFF that the decoder lacks{(cause is null ? "" : $" ({cause.GetType().Name})")}", cause);
}
