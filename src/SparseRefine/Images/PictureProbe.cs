using System.Buffers.Binary;

namespace SparseRefine.Images;

/// <summary>
/// Reads the size out of a picture file's header and checks that the file is whole, without decoding it. Decoders fill what
/// a truncated file lacks with grey and say nothing; a bad last file must stop a run before the first one is scored; and a
/// service must know how many pixels a few kilobytes will become before it takes memory for them. Thread-safe.
/// </summary>
public static class PictureProbe
{
    /// <summary>Pixels that a picture may have unless told otherwise: 2^27, one of 16384 x 8192.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    private const string Kinds = "a jpg, png, webp, bmp or tiff picture";

    /// <summary>Most pixels of any picture: four bytes each fill an array.</summary>
    private const long MostPixels = int.MaxValue / 4;

    /// <summary>Scans that a progressive JPEG of the largest size may have; encoders make about ten. Each costs a pass over all pixels.</summary>
    private const int LargestScans = 32;

    /// <summary>Checks one picture file: JPEG, PNG, WebP, BMP or TIFF.</summary>
    /// <param name="path">The file; read as a whole.</param>
    /// <param name="maxPixels">Larger pictures are refused; at least 1. No picture of more than 2^29 - 1 is ever taken.</param>
    /// <returns>Its size, from 1x1 to the allowed number of pixels.</returns>
    /// <exception cref="InvalidInputException">Missing, empty, truncated, larger than allowed, or not such a picture.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static PictureSize Read(string path, long maxPixels = DefaultMaxPixels) => Read(Bytes(path), path, maxPixels);

    /// <summary>Checks the bytes of one picture file.</summary>
    /// <param name="bytes">The whole file; not kept.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="maxPixels">Larger pictures are refused; at least 1. No picture of more than 2^29 - 1 is ever taken.</param>
    /// <returns>Its size, from 1x1 to the allowed number of pixels.</returns>
    /// <exception cref="InvalidInputException">
    /// Empty, truncated, larger than allowed, a JPEG of so many scans that decoding it would take as long as a larger picture, or not such
    /// a picture.
    /// </exception>
    public static PictureSize Read(ReadOnlySpan<byte> bytes, string name, long maxPixels = DefaultMaxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        (PictureSize size, int scans) = ReadHeader(name, bytes);
        long most = Math.Min(maxPixels, MostPixels);
        if (size.Height <= 0 || size.Width <= 0 || size.Pixels > most)
        {
            throw Bad(name, $"a size from 1x1 to {most} pixels", size.ToString());
        }

        return size.Pixels * scans / LargestScans <= maxPixels
            ? size
            : throw Bad(name, $"at most {maxPixels * LargestScans / size.Pixels} scans in a JPEG of {size}", $"{scans}");
    }

    /// <summary>The bytes of a picture file.</summary>
    /// <exception cref="InvalidInputException">No such file, or one that no picture can be.</exception>
    internal static byte[] Bytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileInfo file = new(path);
        return !file.Exists ? throw Bad(path, Kinds, Directory.Exists(path) ? "a folder" : "no such file")
            : file.Length > Array.MaxLength ? throw Bad(path, $"a file of at most {Array.MaxLength} bytes", $"{file.Length}")
            : File.ReadAllBytes(path);
    }

    private static (PictureSize Size, int Scans) ReadHeader(string path, ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..]
        ? Jpeg(path, bytes)
        : (ReadSize(path, bytes), 1);

    private static PictureSize ReadSize(string path, ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => throw Bad(path, Kinds, "an empty file"),
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png(path, bytes),
        [(byte)'B', (byte)'M', ..] => Bmp(path, bytes),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..]
            => Webp(path, bytes),
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => Tiff(path, bytes),
        _ => throw Bad(path, Kinds, $"a file that starts with {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])}"),
    };

    private static (PictureSize Size, int Scans) Jpeg(string path, ReadOnlySpan<byte> bytes)
    {
        // The end-of-image marker may be followed by padding or by a camera's appended data, so it is looked for anywhere
        // after the last start of scan; entropy-coded data cannot hold it (0xFF is followed by 0 or a restart number there).
        PictureSize size = default;
        int scans = 0;
        int at = 2;
        while (at + 2 <= bytes.Length)
        {
            if (bytes[at] != 0xFF)
            {
                int next = bytes[at..].IndexOf((byte)0xFF);
                at = next < 0 ? bytes.Length : at + next;
                continue;
            }

            int marker = bytes[at + 1];
            if (marker is 0xFF)
            {
                at++;
                continue;
            }

            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
                continue;
            }

            if (marker == 0xD9 || at + 4 > bytes.Length)
            {
                break;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            scans += marker == 0xDA ? 1 : 0;
            if (isFrame && at + 9 <= bytes.Length)
            {
                // Decoders take memory by the first frame: a second, smaller one must not hide it.
                if (size != default)
                {
                    throw Bad(path, "one frame in a JPEG", "another");
                }

                size = new(
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]));
            }

            at += 2 + length;
        }

        return size.Height > 0 && at + 2 <= bytes.Length && bytes[at] == 0xFF && bytes[at + 1] == 0xD9
            ? (size, scans)
            : throw Truncated(path, "JPEG", bytes.Length);
    }

    private static PictureSize Png(string path, ReadOnlySpan<byte> bytes)
    {
        PictureSize size = default;
        for (long at = 8; at + 12 <= bytes.Length;)
        {
            ReadOnlySpan<byte> chunk = bytes[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IHDR"u8) != (at == 8))
            {
                throw Bad(path, "one IHDR chunk, first, in a PNG", at == 8 ? "another" : "a second one");
            }

            if (at == 8 && chunk.Length >= 16)
            {
                size = new(BinaryPrimitives.ReadInt32BigEndian(chunk[12..]), BinaryPrimitives.ReadInt32BigEndian(chunk[8..]));
            }

            if (chunk[4..8].SequenceEqual("IEND"u8))
            {
                return size;
            }

            at += 12 + (long)length;
        }

        throw Truncated(path, "PNG", bytes.Length);
    }

    private static PictureSize Bmp(string path, ReadOnlySpan<byte> bytes)
        => bytes.Length < 30 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]) > bytes.Length
            ? throw Truncated(path, "BMP", bytes.Length)
            : bytes[14] == 12 // the first form of the header has sides of 16 bits
            ? new(BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]))
            : new(
                (int)Math.Min(Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[22..])), int.MaxValue), // below 0: rows from the top
                BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]));

    private static PictureSize Webp(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L > bytes.Length)
        {
            throw Truncated(path, "WebP", bytes.Length);
        }

        ReadOnlySpan<byte> kind = bytes[12..16];
        ReadOnlySpan<byte> data = bytes[20..];
        if (kind.SequenceEqual("VP8X"u8))
        {
            return new(1 + (data[7] | (data[8] << 8) | (data[9] << 16)), 1 + (data[4] | (data[5] << 8) | (data[6] << 16)));
        }

        if (kind.SequenceEqual("VP8L"u8))
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return new((int)((bits >> 14) & 0x3FFF) + 1, (int)(bits & 0x3FFF) + 1);
        }

        return new(
            BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF);
    }

    private static PictureSize Tiff(string path, ReadOnlySpan<byte> bytes)
    {
        bool little = bytes[0] == (byte)'I';
        uint directory = bytes.Length < 8 ? uint.MaxValue : UInt32(bytes[4..], little);
        if (directory + 2L > bytes.Length)
        {
            throw Truncated(path, "TIFF", bytes.Length);
        }

        int entries = UInt16(bytes[(int)directory..], little);
        if (directory + 2L + (entries * 12L) > bytes.Length)
        {
            throw Truncated(path, "TIFF", bytes.Length);
        }

        PictureSize size = default;
        for (int i = 0; i < entries; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice((int)directory + 2 + (i * 12), 12);
            int value = UInt16(entry[2..], little) == 3 ? UInt16(entry[8..], little) : (int)UInt32(entry[8..], little);
            int tag = UInt16(entry, little);
            if ((tag == 256 && size.Width != 0) || (tag == 257 && size.Height != 0))
            {
                throw Bad(path, "each side once in a TIFF", "one twice");
            }

            size = tag switch
            {
                256 => size with { Width = value },
                257 => size with { Height = value },
                _ => size,
            };
        }

        return size;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, bool little)
        => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool little)
        => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static InvalidInputException Truncated(string path, string kind, int length)
        => Bad(path, $"a whole {kind} file", $"one that is truncated or damaged after {length} bytes");

    private static InvalidInputException Bad(string path, string expected, string got)
        => new(path, expected, got);
}
