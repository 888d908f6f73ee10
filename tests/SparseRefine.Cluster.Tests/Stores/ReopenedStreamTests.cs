using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

public sealed class ReopenedStreamTests
{
    private readonly byte[] _bytes = [.. Enumerable.Range(0, 250).Select(i => (byte)i)];
    private readonly List<long> _reopened = [];

    [Fact]
    public void Read_AnswerThatBreaksOff_GoesOnBehindTheLastByte()
    {
        using ReopenedStream stream = Open(tries: 1, answer: 100);
        using MemoryStream read = new();
        stream.CopyTo(read);
        Assert.Equal(_bytes, read.ToArray());
        Assert.Equal([100, 200], _reopened);
        Assert.Equal(250, stream.Length);
    }

    [Fact]
    public void Read_AnswersThatNeverGoOn_EndAfterTheTries()
    {
        using ReopenedStream stream = Open(tries: 3, answer: 0);
        ObjectStoreException e = Assert.Throws<ObjectStoreException>(() => stream.ReadByte());
        Assert.Equal([0, 0, 0], _reopened);
        Assert.Contains("the answer ended after 0 of 250 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ObjectThatChanged_SaysSo()
    {
        using ReopenedStream stream = new(
            new MemoryStream(_bytes, 0, 100), 250, (_, _) => throw new InvalidOperationException("412"), e => e is InvalidOperationException ? new IOException("changed") : null, tries: 3);
        stream.ReadExactly(new byte[100]);
        Assert.Equal("changed", Assert.Throws<IOException>(() => stream.ReadByte()).Message);
    }

    // Each answer ends after some bytes, as one does whose connection is cut.
    private ReopenedStream Open(int tries, int answer) => new(
        new MemoryStream(_bytes, 0, answer),
        _bytes.Length,
        (position, _) =>
        {
            _reopened.Add(position);
            return Task.FromResult<Stream>(new MemoryStream(_bytes, (int)position, Math.Min(answer, _bytes.Length - (int)position)));
        },
        e => e is IOException ? new ObjectStoreException("s3://b", "all bytes", e.Message, mayPass: true, e) : null,
        tries);
}
