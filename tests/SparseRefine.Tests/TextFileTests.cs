using System.Text;
using Xunit;

namespace SparseRefine.Tests;

public sealed class TextFileTests
{
    [Fact]
    public void Read_Utf8AndUtf16_AreTheSameText()
    {
        const string text = "id,name\n0,Straße\n";
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
            Assert.Equal(text, TextFile.Read(new MemoryStream(bytes), "x"));
        }
    }

    [Fact]
    public void Read_Windows1252_IsRefusedByItsLine()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("id,name\n0,road\n1,Straße\n");
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => TextFile.Read(new MemoryStream(bytes), "x.csv"));
        Assert.Equal("x.csv, line 3", e.InputSource);
        Assert.StartsWith("byte DF", e.Got, StringComparison.Ordinal);
    }
}
