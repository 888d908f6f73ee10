using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace SparseRefine.Images;

/// <summary>
/// Takes a PNG file apart: checks order, lengths and checksums of its chunks, and collects the compressed image. Memory
/// grows with the bytes that really come, never with a length that a file merely claims.
/// </summary>
internal sealed class IndexPngChunks(Stream stream, string name, long maxPixels)
{
    private const int PieceBytes = 1 << 16;
    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly Crc32 _sum = new();

    /// <summary>The first eight bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Size and pixel format, once read.</summary>
    public IndexPngHeader Header { get; private set; }

    /// <summary>Red, green, blue of the palette's colors; empty without one.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Colors of the palette; 0 without one.</summary>
    public int PaletteEntries => Palette.Length / 3;

    /// <summary>Reads to the end of the last chunk.</summary>
    /// <returns>The joined data chunks, to be read from the start.</returns>
    public MemoryStream Read()
    {
        Fill(_piece.AsSpan(0, Signature.Length), "the signature");
        if (!_piece.AsSpan(0, Signature.Length).SequenceEqual(Signature))
        {
            throw new InvalidInputException(name, "a PNG file", "other first bytes");
        }

        MemoryStream data = new();
        string previous = "";
        while (true)
        {
            (string type, int length) = ReadStart(previous);
            switch (type)
            {
                case "IHDR":
                    Expect(length == IndexPngHeader.Size, $"{IndexPngHeader.Size} bytes of IHDR", $"{length}");
                    ReadBody(type, length, null);
                    Header = IndexPngHeader.Parse(_piece.AsSpan(0, length), name, maxPixels);
                    break;
                case "PLTE":
                    Expect(PaletteEntries == 0 && data.Length == 0, "one PLTE chunk, before IDAT", "another");
                    Expect(length % 3 == 0 && length is > 0 and <= 768, "1 to 256 colors in PLTE", $"{length} bytes");
                    ReadBody(type, length, null);
                    Palette = _piece.AsSpan(0, length).ToArray();
                    break;
                case "IDAT":
                    Expect(!Header.IsPalette || PaletteEntries > 0, "a PLTE chunk before IDAT", "none");
                    Expect(data.Length == 0 || previous == "IDAT", "IDAT chunks in a row", $"{previous} between them");
                    Expect(
                        data.Length + length <= MaxDataBytes(), $"at most {MaxDataBytes()} bytes of IDAT", "more");
                    ReadBody(type, length, data);
                    break;
                case "IEND":
                    Expect(length == 0, "an empty IEND", $"{length} bytes");
                    Expect(data.Length > 0, "an IDAT chunk", "none");
                    ReadBody(type, length, null);
                    data.Position = 0;
                    return data;
                default:
                    Expect(char.IsAsciiLetterLower(type[0]), "known critical chunks", type);
                    ReadBody(type, length, null);
                    break;
            }

            previous = type;
        }
    }

    private (string Type, int Length) ReadStart(string previous)
    {
        Span<byte> start = stackalloc byte[8];
        Fill(start, "a chunk");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(start);
        Span<byte> letters = start[4..];
        foreach (byte letter in letters)
        {
            Expect(char.IsAsciiLetter((char)letter), "a chunk type of four letters", $"byte {letter}");
        }

        string type = Encoding.ASCII.GetString(letters);
        Expect(length <= int.MaxValue, $"at most {int.MaxValue} bytes in {type}", $"{length}");
        Expect((previous.Length == 0) == (type == "IHDR"), "one IHDR chunk, first", type);
        _sum.Reset();
        _sum.Append(letters);
        return (type, (int)length);
    }

    /// <summary>Reads a chunk's data piece by piece (the last piece stays in the buffer) and checks its sum.</summary>
    private void ReadBody(string type, int length, MemoryStream? data)
    {
        for (int done = 0; done < length;)
        {
            Span<byte> piece = _piece.AsSpan(0, Math.Min(PieceBytes, length - done));
            Fill(piece, type);
            _sum.Append(piece);
            data?.Write(piece);
            done += piece.Length;
        }

        Span<byte> stored = stackalloc byte[4];
        Fill(stored, type);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(stored);
        uint found = _sum.GetCurrentHashAsUInt32();
        Expect(expected == found, $"checksum {expected:X8} of {type}", $"{found:X8}");
    }

    /// <summary>More than any encoder makes of the rows, even one that stores them in blocks of a few bytes.</summary>
    private long MaxDataBytes() => Math.Min(Array.MaxLength, (Header.DataBytes * 2) + PieceBytes);

    private void Fill(Span<byte> bytes, string what)
    {
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        Expect(got == bytes.Length, $"{bytes.Length} more bytes in {what}", $"{got} before the end");
    }

    private void Expect(bool holds, string expected, string got)
    {
        if (!holds)
        {
            throw new InvalidInputException(name, expected, got);
        }
    }
}
