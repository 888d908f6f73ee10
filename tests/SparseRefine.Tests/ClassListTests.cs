using Xunit;

namespace SparseRefine.Tests;

public class ClassListTests
{
    [Fact]
    public void Load_GoodText_GivesNamesAndPalette()
    {
        ClassList classes = Load("id,name,r,g,b\r\n1,\"lamp, \"\"old\"\"\",1,2,3\r\n\r\n0,wall,255,0,9\r\n");

        Assert.Equal(2, classes.Count);
        Assert.Equal(["wall", "lamp, \"old\""], classes.Names);
        Assert.Equal([255, 0, 9, 1, 2, 3, 0], classes.Palette[..7].ToArray());
        Assert.Equal(768, classes.Palette.Length);
    }

    [Theory]
    [InlineData("\"id\",\"name\",\"r\",\"g\",\"b\"\n0,wall,1,2,3\n1,lamp,4,5,6\n")]
    [InlineData("ID, Name ,R,G,B\n 1 , \"lamp\" ,4,5,6\n0,wall,1, 2,3")]
    public void Load_QuotedOrSpacedHeader_IsRead(string text)
    {
        ClassList classes = Load(text);
        Assert.Equal(["wall", "lamp"], classes.Names);
        Assert.Equal([1, 2, 3, 4, 5, 6], classes.Palette[..6].ToArray());
    }

    [Fact]
    public void Load_FileWithByteOrderMark_IsRead()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "id,name,r,g,b\n0,wall,1,2,3\n1,\u00E4ste,4,5,6\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            Assert.Equal(["wall", "\u00E4ste"], ClassList.Load(path).Names);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("", "line 1: expected 'id,name,r,g,b', got ''")]
    [InlineData("name,id\n", "line 1")]
    [InlineData("id,name,r,g,b\n0,a,0,0\n", "line 2: expected 5 fields")]
    [InlineData("id,name,r,g,b\n0,a,0,0,256\n", "line 2: expected b from 0 to 255, got '256'")]
    [InlineData("id,name,r,g,b\n0,a,-1,0,0\n", "line 2: expected r")]
    [InlineData("id,name,r,g,b\nx,a,0,0,0\n", "line 2: expected id")]
    [InlineData("id,name,r,g,b\n255,a,0,0,0\n", "line 2: expected id from 0 to 254")]
    [InlineData("id,name,r,g,b\n0,,0,0,0\n", "line 2: expected a name")]
    [InlineData("id,name,r,g,b\n0,\"a,0,0,0\n", "line 2: expected a closing quote")]
    [InlineData("id,name,r,g,b\n0,a,0,0,0\n0,b,0,0,0\n", "line 3: expected each id once")]
    [InlineData("id,name,r,g,b\n0,a,0,0,0\n1,a,0,0,0\n", "line 3: expected each name once")]
    [InlineData("id,name,r,g,b\n0,a,0,0,0\n", "at least 2 classes")]
    [InlineData("id,name,r,g,b\n0,a,0,0,0\n2,b,0,0,0\n", "no id 1")]
    public void Load_BadText_ThrowsNamingFileAndLine(string text, string expected)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Load(text));

        Assert.StartsWith("classes.csv, line ", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void Constructor_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ClassList(["a"], new byte[3]));
        Assert.Throws<ArgumentException>(() => new ClassList(["a", "b"], new byte[3]));
        Assert.Throws<ArgumentException>(() => new ClassList(["a", "a"], new byte[6]));
        Assert.Throws<ArgumentException>(() => new ClassList(["a", " "], new byte[6]));
    }

    private static ClassList Load(string text) => ClassList.Load(new StringReader(text), "classes.csv");
}
