using Xunit;

namespace SparseRefine.Batch.Tests.Inputs;

public sealed class NulListTests
{
    [Fact]
    public void Read_NulDividedNames_MayHoldLineBreaks() => Assert.Equal(
        ["/r/a.png", "/r/b\nc.png"], InputList.Read(new StringReader("a.png\0b\nc.png\0"), "list", "/r", isNulDivided: true).Select(item => item.Path));

    [Theory]
    [InlineData("a.png\0b.png\0", "--list0")]
    [InlineData("x.png\nStra\uFFFDe.png", "UTF-8")]
    public void Read_NulOrOtherEncoding_NamesTheLine(string text, string expected)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => InputList.Read(new StringReader(text), "list", "/r").ToList());
        Assert.Equal($"list, line {text.Count(c => c == '\n') + 1}", e.InputSource);
        Assert.Contains(expected, e.Expected, StringComparison.Ordinal);
    }
}
