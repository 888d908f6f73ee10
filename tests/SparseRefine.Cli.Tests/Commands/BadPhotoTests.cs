using System.Buffers.Binary;
using System.IO.Hashing;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class BadPhotoTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_MissingFile_IsBadInput() => Score(_folder["nothing.png"]).AssertBadInput("nothing.png", "expected");

    [Fact]
    public void Score_EmptyFolder_IsBadInput()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Score(_folder["empty"]).AssertBadInput("empty", "got none");
    }

    [Fact]
    public void Score_ZeroByteFile_Fails() => AssertFails(_folder.Write("in/zero.jpg", []), "zero.jpg", "empty file");

    [Fact]
    public void Score_TextFile_Fails() => AssertFails(_folder.Write("in/text.png", "not a photo"), "text.png", "expected");

    [Theory]
    [InlineData("cut.jpg")]
    [InlineData("cut.png")]
    public void Score_OneFileTruncated_ScoresTheOtherAndNamesIt(string name)
    {
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        _folder.WritePhoto(name, 20, 20, seed: 1);
        string path = _folder["images/" + name];
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        AssertFails(_folder["images"], name, "truncated");
        Assert.Equal((20, 20), (IndexPng.Read(_folder["out/a.png"]).Height, IndexPng.Read(_folder["out/a.png"]).Width));
    }

    [Fact]
    public void Score_HeaderOfAPhotoOnly_Fails()
    {
        // Every chunk is there, so only the decoder can tell that the pixels are not.
        _folder.WritePhoto("a.png", 20, 20, seed: 1);
        byte[] bytes = File.ReadAllBytes(_folder["images/a.png"]);
        int data = bytes.AsSpan().IndexOf("IDAT"u8);
        bytes.AsSpan(data + 4, 30).Clear();
        AssertFails(_folder.Write("in/broken.png", bytes), "broken.png");
    }

    [Fact]
    public void Score_OutIsAFile_IsBadInput()
    {
        string file = _folder.Write("file", "x");
        Tool.Run("score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", file).AssertBadInput("--out", file);
        Assert.Equal("x", File.ReadAllText(file));
    }

    [Fact]
    public void Score_OutWouldOverwriteThePhotos_IsBadInput()
    {
        byte[] before = File.ReadAllBytes(fitted.Folder["images/p0.png"]);
        Tool.Run("score", "--model", fitted.Model, "--images", fitted.Folder["images"], "--out", fitted.Folder["images"])
            .AssertBadInput(fitted.Folder["images"], "other than the input folder");
        Assert.Equal(before, File.ReadAllBytes(fitted.Folder["images/p0.png"]));
    }

    [Fact]
    public void Evaluate_NoPair_IsBadInput()
    {
        _folder.WriteLabels("labels/other.png", new byte[4], 2, 2);
        Evaluate(fitted.Folder["images"], _folder["labels"]).AssertBadInput("--labels", "no pair");
    }

    [Fact]
    public void Evaluate_MissingLabelFolder_IsBadInput()
        => Evaluate(fitted.Folder["images"], _folder["nowhere"]).AssertBadInput("--labels", "nowhere");

    [Fact]
    public void Evaluate_LabelsOfAnotherSize_IsBadInput()
    {
        _folder.WriteLabels("labels/p0.png", new byte[48 * 63], 48, 63);
        Evaluate(fitted.Folder["images"], _folder["labels"]).AssertBadInput("p0.png", "48x64", "48x63");
    }

    [Fact]
    public void Evaluate_ClassOutOfRange_IsBadInput()
    {
        byte[] labels = new byte[48 * 64];
        labels[100] = 7;
        _folder.WriteLabels("labels/p0.png", labels, 48, 64);
        Evaluate(fitted.Folder["images"], _folder["labels"]).AssertBadInput("p0.png", "7");
    }

    [Fact]
    public void Evaluate_PhotoOfMorePixelsThanAllowed_IsBadInput()
        => Tool.Run(
            "evaluate", "--model", fitted.Model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"], "--max-pixels", "3071")
            .AssertBadInput("p0.png", "3071 pixels", "48x64");

    [Fact]
    public void Evaluate_DecompressionBomb_IsBadInput()
    {
        // 60000 x 60000 pixels in a kilobyte; every chunk and sum is right.
        byte[] bomb = File.ReadAllBytes(fitted.Folder["images/p0.png"]);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60000);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32.HashToUInt32(bomb.AsSpan(12, 17)));
        _folder.Write("images/p0.png", bomb);
        _folder.WriteLabels("labels/p0.png", new byte[48 * 64], 48, 64);
        Evaluate(_folder["images"], _folder["labels"]).AssertBadInput("p0.png", "60000x60000");
    }

    [Fact]
    public void Evaluate_LabelIsAJpeg_IsBadInput()
    {
        _folder.WritePhoto("p0.jpg", 48, 64, seed: 1);
        _folder.Write("labels/p0.png", File.ReadAllBytes(_folder["images/p0.jpg"]));
        Evaluate(fitted.Folder["images"], _folder["labels"]).AssertBadInput("p0.png", "expected");
    }

    // The job goes on without the photo, which its failures file names.
    private void AssertFails(string images, params string[] parts)
    {
        ToolResult result = Tool.Run("score", "--model", fitted.Model, "--images", images, "--out", _folder["out"]);
        Assert.Equal((ExitCodes.SomeFailed, 1), (result.Code, result.Error.Count(c => c == '\n')));
        string line = Assert.Single(File.ReadAllLines(_folder["out/failed.jsonl"]));
        Assert.All(parts, part => Assert.Contains(part, line));
    }

    private ToolResult Score(string images)
    {
        ToolResult result = Tool.Run("score", "--model", fitted.Model, "--images", images, "--out", _folder["out"]);
        Assert.False(Directory.Exists(_folder["out"]), "something was written");
        return result;
    }

    private ToolResult Evaluate(string images, string labels)
    {
        ToolResult result = Tool.Run(
            "evaluate", "--model", fitted.Model, "--images", images, "--labels", labels, "--json", _folder["report.json"]);
        Assert.False(File.Exists(_folder["report.json"]), "something was written");
        return result;
    }
}
