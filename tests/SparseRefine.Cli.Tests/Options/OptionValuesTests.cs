using SparseRefine.Cli.Options;
using Xunit;

namespace SparseRefine.Cli.Tests.Options;

public sealed class OptionValuesTests
{
    [Theory]
    [InlineData("512x768", 512, 768)]
    [InlineData("1X2", 1, 2)]
    public void Size_TwoNumbers_AreHeightAndWidth(string text, int height, int width)
        => Assert.Equal((height, width), OptionValues.Size(text));

    [Theory]
    [InlineData("512")]
    [InlineData("0x5")]
    [InlineData("-1x5")]
    [InlineData("1x2x3")]
    [InlineData("x")]
    [InlineData("1.5x2")]
    public void Size_AnythingElse_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => OptionValues.Size(text));

    [Fact]
    public void Planes_Numbers_KeepTheirOrder() => Assert.Equal([16, 8, 64], OptionValues.Planes("16,8,64"));

    [Theory]
    [InlineData("")]
    [InlineData("16,,32")]
    [InlineData("16,0")]
    [InlineData("16,a")]
    public void Planes_AnythingElse_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => OptionValues.Planes(text));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("4", 4)]
    public void Weight_NoneOrSome_IsRead(string text, double expected) => Assert.Equal(expected, OptionValues.Weight(text, 4));

    [Theory]
    [InlineData("-0.1")]
    [InlineData("4.01")]
    [InlineData("NaN")]
    public void Weight_OutOfRange_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => OptionValues.Weight(text, 4));

    [Theory]
    [InlineData("NaN")]
    [InlineData("0")]
    [InlineData("4.01")]
    [InlineData("0,5")]
    public void Real_OutOfRange_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => OptionValues.Real(text, 0, 4));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("1.5gb", 1_500_000_000)]
    [InlineData("64kB", 64_000)]
    public void Bytes_NumberWithUnit_IsAPowerOfAThousand(string text, long bytes) => Assert.Equal(bytes, OptionValues.Bytes(text));

    [Theory]
    [InlineData("5")]
    [InlineData("MB")]
    [InlineData("-1GB")]
    [InlineData("1TB")]
    public void Bytes_AnythingElse_IsRefused(string text) => Assert.Throws<InvalidInputException>(() => OptionValues.Bytes(text));
}
