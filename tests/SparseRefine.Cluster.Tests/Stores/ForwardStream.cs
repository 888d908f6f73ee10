namespace SparseRefine.Cluster.Tests.Stores;

/// <summary>A stream that can only be read forward, in small pieces, and that may fail on the way.</summary>
internal sealed class ForwardStream(Stream inner) : Stream
{
    private long _read;

    /// <summary>After how many bytes a <see cref="TimeoutException"/> comes.</summary>
    public long FailsAt { get; init; } = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, Math.Min(count, 100_000));
        _read += read;
        return _read > FailsAt ? throw new TimeoutException() : read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
