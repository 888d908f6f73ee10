using Xunit;

namespace SparseRefine.Batch.Tests;

public sealed class ShardTests
{
    [Fact]
    public void Has_AnyId_IsTrueForExactlyOneSlice()
    {
        int[] sizes = new int[7];
        for (int i = 0; i < 2000; i++)
        {
            int[] slices = [.. Enumerable.Range(0, 7).Where(s => new Shard(s, 7).Has($"folder/photo {i}.jpg"))];
            sizes[Assert.Single(slices)]++;
        }

        Assert.All(sizes, size => Assert.InRange(size, 200, 380));
    }

    [Fact]
    public void Has_KnownId_NeverChanges()
    {
        // SHA-256("a/b.jpg") begins with 4a51636246e7c418 (sha256sum).
        Shard[] slices = [.. Enumerable.Range(0, 5).Select(i => new Shard(i, 5))];
        Assert.Equal((int)(KnownHash % 5), Array.FindIndex(slices, s => s.Has("a/b.jpg")));
    }

    [Theory]
    [InlineData("0/1")]
    [InlineData("3/4")]
    public void Parse_Slice_ReadsBack(string text) => Assert.Equal(text, Shard.Parse(text).ToString());

    [Theory]
    [InlineData("4/4")]
    [InlineData("-1/4")]
    [InlineData("0/0")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("1/2/3")]
    public void Parse_AnythingElse_Throws(string text)
        => Assert.Contains($"got '{text}'", Assert.Throws<InvalidInputException>(() => Shard.Parse(text)).Message);

    private const ulong KnownHash = 0x4a51636246e7c418;
}
