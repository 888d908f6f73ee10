using System.Buffers;
using System.IO.Pipelines;

/// <summary>A request's body, whole, in memory that the next request takes again. Belongs to one request.</summary>
internal sealed class PhotoBody(Places places) : IDisposable
{
    private const int First = 1 << 16;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="most">The longest that this may take.</param>
    /// <returns>Null, or the status to answer with.</returns>
    /// <exception cref="IOException">The body ends early or is too long, or comes too slowly for the server's least rate.</exception>
    public async Task<int?> ReadAsync(PipeReader reader, TimeSpan most)
    {
        // Ending a read by a token would leave it pending, and the server cannot read the rest of the body then: the reader is told to return.
        using CancellationTokenSource late = new(most);
        using CancellationTokenRegistration registration = late.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            ReadResult read = await reader.ReadAsync(CancellationToken.None);
            if (read.IsCanceled || late.IsCancellationRequested)
            {
                reader.AdvanceTo(read.Buffer.End);
                return StatusCodes.Status408RequestTimeout;
            }

            // The server's limit on a body's length has been checked by now.
            bool fits = TryGrow(_length + (int)read.Buffer.Length);
            if (fits)
            {
                read.Buffer.CopyTo(_bytes.AsSpan(_length));
                _length += (int)read.Buffer.Length;
            }

            reader.AdvanceTo(read.Buffer.End);
            if (!fits)
            {
                return StatusCodes.Status503ServiceUnavailable;
            }

            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Replace([]);

    private bool TryGrow(int length)
    {
        if (length <= _bytes.Length)
        {
            return true;
        }

        // Memory follows what has come, not what a header promises.
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(First, (int)Math.Min(Array.MaxLength, Math.Max(length, 2L * _bytes.Length))));
        if (!places.TryCount(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        Bytes.CopyTo(larger);
        Replace(larger);
        return true;
    }

    private void Replace(byte[] bytes)
    {
        if (_bytes.Length > 0)
        {
            places.TryCount(-_bytes.Length);
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = bytes;
    }
}
