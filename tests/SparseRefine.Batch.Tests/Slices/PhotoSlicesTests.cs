using System.Text;
using System.Text.Json;
using Xunit;

namespace SparseRefine.Batch.Tests.Slices;

public sealed class PhotoSlicesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public void Divide_Count_GivesEveryPhotoToItsSliceOnce(int count)
    {
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => $"{i % 9}/straße \"{i}\".jpg")];
        using PhotoSlices photos = List(ids);

        SliceList[] lists = [.. photos.Divide(count)];

        Assert.Equal(Enumerable.Range(0, count), lists.Select(list => list.Slice.Index));
        List<string> found = [];
        foreach (SliceList list in lists)
        {
            string[] lines = Encoding.UTF8.GetString(list.Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(list.Photos, lines.Length);
            foreach (string line in lines)
            {
                using JsonDocument json = JsonDocument.Parse(line);
                string id = json.RootElement.GetProperty("id").GetString()!;
                Assert.True(list.Slice.Has(id));
                found.Add(id);
            }
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Fingerprint_OtherOrder_IsTheSameAndOtherPhotosAreNot()
    {
        using PhotoSlices first = List("a.jpg", "b.jpg");
        using PhotoSlices turned = List("b.jpg", "a.jpg");
        using PhotoSlices other = List("a.jpg", "c.jpg");

        Assert.Equal(first.Fingerprint, turned.Fingerprint);
        Assert.NotEqual(first.Fingerprint, other.Fingerprint);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    [InlineData(17, 9)]
    [InlineData(1000, 16)]
    public void Examples_OfManyPhotos_AreFewFromAllOver(int count, int expected)
    {
        using PhotoSlices photos = List([.. Enumerable.Range(0, count).Select(i => $"{i:0000}.jpg")]);

        Assert.Equal(expected, photos.Examples.Count);
        Assert.True(count < 17 || int.Parse(Path.GetFileNameWithoutExtension(photos.Examples[^1]), System.Globalization.CultureInfo.InvariantCulture) > count / 2);
    }

    private static PhotoSlices List(params string[] ids) =>
        PhotoSlices.List(new ScoringInputs { Reader = new StringReader(string.Join('\n', ids)), Root = "/photos" }, "/out", new ScoringResults());
}
