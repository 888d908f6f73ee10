using SparseRefine.Cli.Files;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Cli.Tests.Files;

public sealed class PhotoFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pair_SameNames_PairsInOrderAndCountsTheRest()
    {
        foreach (string name in (string[])["i/b.JPG", "i/a.tiff", "i/lone.bmp", "i/note.txt", "l/a.png", "l/b.png", "l/c.png", "l/d.png"])
        {
            _folder.Write(name, "x");
        }

        PhotoPairs pairs = PhotoFolder.Pair(_folder["i"], "--images", _folder["l"], "--labels");
        Assert.Equal(["a.tiff", "b.JPG"], pairs.Rows.Select(r => Path.GetFileName(r.ImagePath)));
        Assert.Equal(["a.png", "b.png"], pairs.Rows.Select(r => Path.GetFileName(r.LabelPath)));
        Assert.Equal((1, 2), (pairs.LonePhotos, pairs.LoneLabels));
    }

    [Theory]
    [InlineData("caf\u00e9", "cafe\u0301")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    public void Pair_AccentsSpelledOtherwise_PairsAll(string photo, string label)
    {
        foreach (string name in (string[])[$"i/{photo}.jpg", "i/cafe.jpg", $"l/{label}.png", "l/cafe.png"])
        {
            _folder.Write(name, "x");
        }

        PhotoPairs pairs = PhotoFolder.Pair(_folder["i"], "--images", _folder["l"], "--labels");
        Assert.Equal(
            [("cafe.jpg", "cafe.png"), ($"{photo}.jpg", $"{label}.png")],
            pairs.Rows.Select(r => (Path.GetFileName(r.ImagePath), Path.GetFileName(r.LabelPath))).OrderBy(r => r.Item1.Length).ThenBy(r => r.Item1, StringComparer.Ordinal));
        Assert.Equal((0, 0), (pairs.LonePhotos, pairs.LoneLabels));
    }

    [Fact]
    public void Pair_TwoPhotosOfOneName_IsRefused()
    {
        _folder.Write("i/a.png", "x");
        _folder.Write("i/a.jpg", "x");
        _folder.Write("l/a.png", "x");
        Assert.Throws<InvalidInputException>(() => PhotoFolder.Pair(_folder["i"], "--images", _folder["l"], "--labels"));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    [InlineData(15, 3)]
    public void HoldOut_SameSeed_TakesTheSameShare(int count, int expected)
    {
        LabelledPhoto[] rows = [.. Enumerable.Range(0, count).Select(i => new LabelledPhoto { ImagePath = $"{i}" })];
        PhotoPairs pairs = new(rows, 0, 0);
        (IReadOnlyList<LabelledPhoto> training, IReadOnlyList<LabelledPhoto> validation) = pairs.HoldOut(0.2, seed: 7);
        Assert.Equal(expected, validation.Count);
        Assert.Equal(count - expected, training.Count);
        Assert.Empty(training.Intersect(validation));
        Assert.Equal(validation, pairs.HoldOut(0.2, seed: 7).Validation);
    }
}
