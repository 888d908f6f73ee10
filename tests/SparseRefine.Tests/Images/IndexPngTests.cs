using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SparseRefine.Images;
using Xunit;
using static SparseRefine.Tests.Images.PngBytes;

namespace SparseRefine.Tests.Images;

public class IndexPngTests
{
    public static TheoryData<byte, byte, byte> Formats
    {
        get
        {
            TheoryData<byte, byte, byte> formats = [];
            foreach (byte filter in new byte[] { 0, 1, 2, 3, 4, 99 })
            {
                foreach (byte depth in new byte[] { 1, 2, 4, 8, 16 })
                {
                    formats.Add(depth, 0, filter);
                    if (depth < 16)
                    {
                        formats.Add(depth, 3, filter);
                    }
                }
            }

            return formats;
        }
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "empty", "expected 8 more bytes in the signature, got 0" },
        { "signature", "expected a PNG file" },
        { "no chunk", "in a chunk" },
        { "IHDR late", "expected one IHDR chunk, first, got IDAT" },
        { "IHDR twice", "expected one IHDR chunk, first, got IHDR" },
        { "IHDR length", "expected 13 bytes of IHDR" },
        { "size 0", "expected a size of 1" },
        { "size negative", "expected a size of 1" },
        { "size huge", "expected at most" },
        { "color", "color type 2" },
        { "depth", "bit depth" },
        { "palette 16", "bit depth" },
        { "compression", "compression and filter methods" },
        { "filter method", "compression and filter methods" },
        { "interlaced", "not interlaced" },
        { "no palette", "expected a PLTE chunk before IDAT" },
        { "palette length", "expected 1 to 256 colors" },
        { "palette twice", "expected one PLTE chunk" },
        { "palette empty", "expected 1 to 256 colors" },
        { "palette late", "expected one PLTE chunk, before IDAT" },
        { "index", "expected indices below 2" },
        { "IDAT apart", "expected IDAT chunks in a row" },
        { "IDAT too long", "expected at most" },
        { "no IDAT", "expected an IDAT chunk" },
        { "crc", "expected checksum" },
        { "critical", "expected known critical chunks, got ABCD" },
        { "type", "chunk type of four letters" },
        { "length claim", "expected at most 2147483647 bytes" },
        { "truncated chunk", "before the end" },
        { "no IEND", "in a chunk" },
        { "IEND length", "expected an empty IEND" },
        { "zlib", "zlib stream" },
        { "adler", "zlib stream" },
        { "few rows", "row 1 of 2" },
        { "many rows", "got more" },
        { "filter type", "expected a filter type of 0 to 4 in row 1, got 5" },
        { "16 bit value", "expected values below 256, got 256 at row 0, column 1" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_EveryFormatAndFilter_GivesTheLabels(byte depth, byte color, byte filter)
    {
        foreach (int width in new[] { 1, 2, 7, 8, 9, 31, 64, 65, 130 })
        {
            byte[] labels = new byte[width * 6];
            new Random(width).NextBytes(labels);
            labels = [.. labels.Select(l => (byte)(l & ((1 << Math.Min((int)depth, 8)) - 1)))];
            byte[] rows = Filtered(labels, width, depth, filter == 99 ? [4, 3, 2, 1, 0] : [filter]);
            byte[] zlib = Zlib(rows);
            byte[] file = Join(
                Signature,
                Header(width, 6, depth, color),
                Chunk("gAMA", 0, 0, 1, 2),
                color == 3 ? Chunk("PLTE", new byte[768]) : [],
                Chunk("tRNS", 1),
                Chunk("IDAT", zlib[..5]),
                Chunk("IDAT"),
                Chunk("IDAT", zlib[5..]),
                Chunk("tEXt", new byte[70000]),
                End);

            LabelMap map = IndexPng.Read(new MemoryStream(file));

            Assert.Equal((6, width), (map.Height, map.Width));
            Assert.Equal(labels, map.Labels);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 63)]
    [InlineData(6, 64)]
    [InlineData(130, 257)]
    public void Write_AnyMap_ReadsBack(int height, int width)
    {
        byte[] labels = new byte[height * width];
        new Random(1).NextBytes(labels);
        LabelMap map = new(labels, height, width);
        foreach (byte[] palette in new byte[][] { [], new byte[768] })
        {
            using MemoryStream stream = new();
            IndexPng.Write(map, stream, palette);
            stream.WriteByte(77);
            stream.Position = 0;

            Assert.Equal(labels, IndexPng.Read(stream).Labels);
            Assert.Equal(77, stream.ReadByte());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 65)]
    [InlineData(70, 31)]
    public void WriteGrey16_AnyMap_ReadsBackAndHasTwoBytesAPixel(int height, int width)
    {
        byte[] labels = new byte[height * width];
        new Random(height).NextBytes(labels);
        using MemoryStream stream = new();
        IndexPng.WriteGrey16(new LabelMap(labels, height, width), stream);
        byte[] file = stream.ToArray();

        // Depth and color of the header: 16 bits, grey.
        Assert.Equal((16, 0), (file[24], file[25]));
        stream.Position = 0;
        Assert.Equal(labels, IndexPng.Read(stream).Labels);
    }

    [Fact]
    public void Write_Path_ReadsBack()
    {
        string path = Path.GetTempFileName();
        try
        {
            IndexPng.Write(new LabelMap([0, 1, 1, 0, 1, 0], 2, 3), path, [1, 2, 3, 4, 5, 6]);
            Assert.Equal([0, 1, 1, 0, 1, 0], IndexPng.Read(path).Labels);
            File.WriteAllText(path, "not an image");
            InvalidInputException e = Assert.Throws<InvalidInputException>(() => IndexPng.Read(path));
            Assert.StartsWith($"{path}: expected", e.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Write_BadPalette_ThrowsBeforeWriting()
    {
        LabelMap map = new([0, 2], 1, 2);
        using MemoryStream stream = new();

        Assert.Throws<ArgumentException>(() => IndexPng.Write(map, stream, new byte[4]));
        Assert.Throws<ArgumentException>(() => IndexPng.Write(map, stream, new byte[771]));
        Assert.Contains("label 2", Assert.Throws<ArgumentException>(() => IndexPng.Write(map, stream, new byte[6])).Message);
        Assert.Equal(0, stream.Length);
        IndexPng.Write(map, stream, new byte[9]);
    }

    [Fact]
    public void Read_MorePixelsThanAllowed_IsRefused()
    {
        using MemoryStream stream = new();
        IndexPng.Write(new LabelMap(new byte[12], 3, 4), stream);

        stream.Position = 0;
        Assert.Equal(12, IndexPng.Read(stream, maxPixels: 12).Labels.Length);
        stream.Position = 0;
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => IndexPng.Read(stream, "a.png", 11));
        Assert.Equal("a.png: expected at most 11 pixels, got 3x4", e.Message);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_BrokenFile_ThrowsNamingFileAndReason(string what, string expected)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => IndexPng.Read(new MemoryStream(MakeBroken(what)), "a.png"));

        Assert.StartsWith("a.png: expected ", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        byte[] file = Good();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.Throws<InvalidInputException>(() => IndexPng.Read(new MemoryStream(cut)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_MutatedFiles_GiveAMapOrInvalidInput(bool withRightChecksums)
    {
        Random random = new(withRightChecksums ? 1 : 2);
        byte[][] seeds = [Good(), MakeBroken("none, palette"), MakeBroken("none, 16 bit")];
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] file = Mutate([.. seeds[i % seeds.Length]], random);
            if (withRightChecksums)
            {
                RepairChecksums(file);
            }

            try
            {
                LabelMap map = IndexPng.Read(new MemoryStream(file), maxPixels: 1 << 20);
                Assert.Equal(map.Height * map.Width, map.Labels.Length);
            }
            catch (InvalidInputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 1500);
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(8, file.Length);
            switch (random.Next(4))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    file = [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 9))..], 0];
                    break;
                default:
                    file = [.. file[..at], (byte)random.Next(256), .. file[at..]];
                    break;
            }
        }

        return file;
    }

    /// <summary>So that mutations get past the checksums, to the parsers of chunks, zlib and rows.</summary>
    private static void RepairChecksums(byte[] file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                return;
            }

            int end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(
                file.AsSpan(end), Crc32.HashToUInt32(file.AsSpan(at + 4, (int)length + 4)));
            at = end + 4;
        }
    }

    private static byte[] Good()
    {
        byte[] labels = new byte[20 * 9];
        new Random(3).NextBytes(labels);
        return Join(Signature, Header(20, 9, 8, 0), Data(Filtered(labels, 20, 8, 0, 1, 2, 3, 4)), End);
    }

    private static byte[] MakeBroken(string what)
    {
        byte[] header = Header(2, 2, 8, 0);
        byte[] rows = [0, 1, 0, 0, 0, 1];
        byte[] data = Data(rows);
        byte[] palette = Chunk("PLTE", 1, 2, 3, 4, 5, 6);
        byte[] zlib = Zlib(rows);
        byte[] badSum = [.. zlib[..^1], (byte)(zlib[^1] ^ 1)];
        byte[] badCrc = [.. data[..^1], (byte)(data[^1] ^ 1)];
        byte[] asType = [.. new byte[4], .. Encoding.ASCII.GetBytes("a1CD"), .. new byte[4]];
        byte[] claim = [0xFF, 0xFF, 0xFF, 0xFF, .. Encoding.ASCII.GetBytes("IDAT")];
        byte[] bigClaim = [0, 0, 0xF0, 0, .. Encoding.ASCII.GetBytes("IDAT"), 1, 2, 3];
        byte[][] parts = what switch
        {
            "none, palette" => [Header(2, 2, 4, 3), palette, Data(0, 0x10, 2, 0x11), End],
            "none, 16 bit" => [Header(2, 2, 16, 0), Data(1, 0, 3, 0, 4, 4, 0, 3, 0, 4), End],
            "empty" => [],
            "signature" => [],
            "no chunk" => [],
            "IHDR late" => [data, header, End],
            "IHDR twice" => [header, header, data, End],
            "IHDR length" => [Chunk("IHDR", new byte[14]), data, End],
            "size 0" => [Header(0, 2, 8, 0), data, End],
            "size negative" => [Header(2, -2, 8, 0), data, End],
            "size huge" => [Header(int.MaxValue, int.MaxValue, 8, 0), data, End],
            "color" => [Header(2, 2, 8, 2), data, End],
            "depth" => [Header(2, 2, 3, 0), data, End],
            "palette 16" => [Header(2, 2, 16, 3), palette, data, End],
            "compression" => [Header(2, 2, 8, 0, compression: 1), data, End],
            "filter method" => [Header(2, 2, 8, 0, filter: 1), data, End],
            "interlaced" => [Header(2, 2, 8, 0, interlace: 1), data, End],
            "no palette" => [Header(2, 2, 8, 3), data, End],
            "palette length" => [Header(2, 2, 8, 3), Chunk("PLTE", 1, 2), data, End],
            "palette twice" => [Header(2, 2, 8, 3), palette, palette, data, End],
            "palette empty" => [Header(2, 2, 8, 3), Chunk("PLTE"), data, End],
            "palette late" => [header, data, palette, End],
            "index" => [Header(2, 2, 8, 3), palette, Data(0, 1, 0, 0, 2, 1), End],
            "IDAT apart" => [header, Chunk("IDAT", zlib[..5]), Chunk("tEXt"), Chunk("IDAT", zlib[5..]), End],
            "IDAT too long" => [header, Chunk("IDAT", new byte[70000]), End],
            "no IDAT" => [header, End],
            "crc" => [header, badCrc, End],
            "critical" => [header, Chunk("ABCD"), data, End],
            "type" => [header, asType, data, End],
            "length claim" => [header, claim],
            "truncated chunk" => [header, bigClaim],
            "no IEND" => [header, data],
            "IEND length" => [header, data, Chunk("IEND", 1)],
            "zlib" => [header, Chunk("IDAT", 1, 2, 3, 4, 5, 6, 7, 8), End],
            "adler" => [header, Chunk("IDAT", badSum), End],
            "few rows" => [header, Data(0, 1, 0), End],
            "many rows" => [header, Data(0, 1, 0, 0, 0, 1, 0), End],
            "filter type" => [header, Data(0, 1, 0, 5, 0, 1), End],
            "16 bit value" => [Header(2, 1, 16, 0), Data(0, 0, 7, 1, 0), End],
            _ => throw new ArgumentException(what),
        };
        byte[] start = what switch
        {
            "empty" => [],
            "signature" => [.. Signature[..7], 11],
            _ => Signature,
        };
        return Join([start, .. parts]);
    }
}
