using BitMiracle.LibTiff.Classic;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Labels;

public sealed class LabelReadingTests : IDisposable
{
    private static readonly ClassList Classes = new(["road", "car", "tree"], [128, 0, 0, 0, 0, 128, 0, 128, 0]);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private byte[] Read(byte[] png, LabelReading reading) => reading.Read(_folder.Write("l.png", png)).Labels;

    [Fact]
    public void Read_Rgb_GoesByTheClassesColors()
    {
        byte[] png = PngFile.Make(1, 3, 8, 2, [0, 0, 128, 0, 128, 0, 128, 0, 0]);
        Assert.Equal([1, 2, 0], Read(png, new LabelReading { ClassList = Classes }));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Read(png, new LabelReading()));
        Assert.Contains("list of classes", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GrayWithAlphaOrInterlaced_GoesByNumber()
    {
        Assert.Equal([1, 2, 0], Read(PngFile.Make(1, 3, 8, 4, [1, 255, 2, 0, 0, 9]), new LabelReading { ClassList = Classes }));

        // Of one column, the passes of interlacing are its rows.
        Assert.Equal([2, 1], Read(PngFile.Make(2, 1, 8, 0, [2, 1], interlaced: true), new LabelReading { ClassList = Classes }));
    }

    [Fact]
    public void Read_RgbOfNoClass_NamesColorAndPlaceUnlessMapped()
    {
        byte[] png = PngFile.Make(1, 2, 8, 2, [0, 0, 128, 224, 224, 192]);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Read(png, new LabelReading { ClassList = Classes }));
        Assert.Equal("#e0e0c0 at row 0, column 1", e.Got);
        Assert.Equal([1, 255], Read(png, new LabelReading { ClassList = Classes, Mapping = LabelMapping.Parse("#e0e0c0:255") }));
        Assert.Equal([1, 255], Read(png, new LabelReading { ClassList = Classes, Mapping = LabelMapping.Parse("voc") }));
    }

    [Fact]
    public void Read_PaletteOfOtherOrder_GoesByColor()
    {
        byte[] permuted = [0, 128, 0, 128, 0, 0, 0, 0, 128];
        byte[] png = PngFile.Make(1, 3, 8, 3, [0, 1, 2], permuted);
        Assert.Equal([2, 0, 1], Read(png, new LabelReading { ClassList = Classes }));
        Assert.Equal([0, 1, 2], Read(png, new LabelReading()));
    }

    [Fact]
    public void Read_PaletteOfOtherColors_GoesByNumber()
    {
        byte[] png = PngFile.Make(1, 3, 8, 3, [0, 1, 2], [0, 128, 0, 9, 9, 9, 0, 0, 128]);
        Assert.Equal([0, 1, 2], Read(png, new LabelReading { ClassList = Classes }));
    }

    [Theory]
    [InlineData(Photometric.MINISBLACK, 8)]
    [InlineData(Photometric.MINISBLACK, 16)]
    [InlineData(Photometric.MINISBLACK, 2)]
    [InlineData(Photometric.PALETTE, 8)]
    [InlineData(Photometric.PALETTE, 4)]
    public void Read_TiffOfNumbers_GoesByNumber(Photometric meaning, int bits)
    {
        TiffFile form = new() { Height = 2, Width = 3, Meaning = meaning, Bits = bits, Samples = 1, Sample = (y, x, _) => (x + y) % 3 };
        Assert.Equal([0, 1, 2, 1, 2, 0], Read(form.ToBytes(), new LabelReading { ClassList = Classes }));
        Assert.Equal([255, 1, 2, 1, 2, 255], Read(form.ToBytes(), new LabelReading { Mapping = LabelMapping.Parse("0:255") }));
        TiffFile turned = form with { Orientation = Orientation.RIGHTTOP };
        Assert.Equal([1, 0, 2, 1, 0, 2], Read(turned.ToBytes(), new LabelReading()));
    }

    [Fact]
    public void Read_TiffOfColors_GoesByTheClassesColors()
    {
        byte[] colors = [0, 0, 128, 0, 128, 0, 128, 0, 0];
        TiffFile rgb = new() { Height = 1, Width = 3, Compression = Compression.LZW, Sample = (_, x, c) => colors[(3 * x) + c] };
        Assert.Equal([1, 2, 0], Read(rgb.ToBytes(), new LabelReading { ClassList = Classes }));
        TiffFile palette = rgb with { Meaning = Photometric.PALETTE, Samples = 1, Sample = (_, x, _) => x, Palette = (i, c) => i < 3 ? colors[(3 * i) + c] * 257 : 0 };
        Assert.Equal([1, 2, 0], Read(palette.ToBytes(), new LabelReading { ClassList = Classes }));
    }

    [Fact]
    public void Read_NumbersAbove255OrInverse_AreRefused()
    {
        TiffFile form = new() { Height = 1, Width = 3, Meaning = Photometric.MINISBLACK, Bits = 16, Samples = 1, Sample = (_, x, _) => x * 200 };
        Assert.Equal("400", Assert.Throws<InvalidInputException>(() => Read(form.ToBytes(), new LabelReading())).Got);
        TiffFile inverse = form with { Meaning = Photometric.MINISWHITE, Bits = 8 };
        Assert.Contains("white as 0", Assert.Throws<InvalidInputException>(() => Read(inverse.ToBytes(), new LabelReading())).Got, StringComparison.Ordinal);
        byte[] png = PngFile.Make(1, 2, 16, 0, [0, 7, 1, 0]);
        Assert.Equal("256 at row 0, column 1", Assert.Throws<InvalidInputException>(() => Read(png, new LabelReading())).Got);
        Assert.Equal([7, 255], Read(PngFile.Make(1, 2, 16, 0, [0, 7, 0, 255]), new LabelReading()));
    }

    [Fact]
    public void Read_MissingFile_IsNamed() =>
        Assert.Equal("no such file", Assert.Throws<InvalidInputException>(() => new LabelReading().Read(_folder["gone.png"])).Got);

    [Theory]
    [InlineData("7:0,8:1,0:255", new byte[] { 255, 0, 1, 2 })]
    [InlineData("cityscapes-ids", new byte[] { 255, 0, 1, 255 })]
    [InlineData("ade20k-reduce-zero", new byte[] { 255, 6, 7, 1 })]
    [InlineData("voc", new byte[] { 0, 7, 8, 2 })]
    public void Read_Mapping_ChangesNumbers(string mapping, byte[] expected)
    {
        byte[] png = PngFile.Make(1, 4, 8, 0, [0, 7, 8, 2]);
        Assert.Equal(expected, Read(png, new LabelReading { Mapping = LabelMapping.Parse(mapping) }));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1:256")]
    [InlineData("1:2,1:3")]
    [InlineData("#12:3")]
    [InlineData("cityscapes")]
    public void Parse_AnotherForm_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => LabelMapping.Parse(text));
}
