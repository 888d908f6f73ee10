using System.Text;
using Xunit;

namespace SparseRefine.Batch.Tests.Slices;

public sealed class ExternalSortTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    public void Sorted_MoreThanTheBufferHolds_IsEveryRecordByItsKey(int count)
    {
        // 1 KB: at most 32 records a run.
        using ExternalSort sort = new(_folder.Root, "test", 1024);
        Random random = new(count);
        List<(UInt128 Key, string Text)> expected = [];
        for (int i = 0; i < count; i++)
        {
            UInt128 key = new((ulong)random.NextInt64(), (ulong)random.NextInt64());
            string text = new('x', random.Next(100));
            expected.Add((key, text));
            sort.Add(key, Encoding.UTF8.GetBytes(text));
        }

        Assert.Equal(expected.OrderBy(record => record.Key), sort.Sorted().Select(record => (record.Key, Encoding.UTF8.GetString(record.Payload))));
    }
}
