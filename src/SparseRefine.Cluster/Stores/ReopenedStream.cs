namespace SparseRefine.Cluster;

/// <summary>
/// An object's bytes from its server. Where a connection breaks, a new one goes on behind the last byte that came: the clients of the clouds try requests again, but not all of them
/// answers that break off. Not seekable. One thread at a time.
/// </summary>
/// <param name="first">The first answer.</param>
/// <param name="length">Bytes of the whole object.</param>
/// <param name="reopen">Gives the bytes from a place on, of the same version of the object.</param>
/// <param name="translate">What an exception of the client means; null where it is nothing of the client's.</param>
/// <param name="tries">How often an answer that breaks off without a further byte is asked for again.</param>
internal sealed class ReopenedStream(
    Stream first, long length, Func<long, CancellationToken, Task<Stream>> reopen, Func<Exception, Exception?> translate, int tries) : Stream
{
    private Stream? _answer = first;
    private long _position;
    private int _failed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Bytes of the whole object.</summary>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0 && _position < length)
        {
            try
            {
                _answer ??= await reopen(_position, cancellationToken).ConfigureAwait(false);
                int read = await _answer.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the answer ended after {_position} of {length} bytes");
                }

                _position += read;
                _failed = 0;
                return read;
            }
            catch (Exception e) when (e is IOException or HttpRequestException && _failed < tries)
            {
                _failed++;
                await Drop().ConfigureAwait(false);
            }
            catch (Exception e) when (translate(e) is Exception translated)
            {
                throw translated;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _answer?.Dispose();
            _answer = null;
        }

        base.Dispose(disposing);
    }

    private async Task Drop()
    {
        if (_answer is Stream broken)
        {
            _answer = null;
            await broken.DisposeAsync().ConfigureAwait(false);
        }
    }
}
