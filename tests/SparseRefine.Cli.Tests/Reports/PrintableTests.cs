using SparseRefine.Cli.Reports;
using Xunit;

namespace SparseRefine.Cli.Tests.Reports;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("photos/caf\u00E9 1.png", "photos/caf\u00E9 1.png")]
    [InlineData("a\u001B[31mred\nfailed: forged", "a\\u001B[31mred\\u000Afailed: forged")]
    [InlineData("\u202Egnp.exe", "\\u202Egnp.exe")]
    public void Of_ControlCharacters_AreEscaped(string text, string expected) => Assert.Equal(expected, Printable.Of(text));
}
