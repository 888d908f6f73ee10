namespace SparseRefine.Batch;

/// <summary>The lines of a file that ends in a line feed unless a writer was killed, with their places in it, in a buffer that is used again.</summary>
/// <param name="file">The file; read from its position.</param>
internal sealed class JournalLines(Stream file)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _position;

    /// <summary>Where the line that <see cref="TryRead"/> gave last ends, its line feed included.</summary>
    public long LineEnd { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The bytes without line feed; valid until the next call.</param>
    /// <returns>False at the end, and before a last line that has no line feed.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = _buffer.AsMemory(_start, searched + at - _start);
                _position += line.Length + 1;
                LineEnd = _position;
                _start = searched + at + 1;
                return true;
            }

            searched = _end;
            if (_end == _buffer.Length)
            {
                int kept = _end - _start;
                byte[] target = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
                Buffer.BlockCopy(_buffer, _start, target, 0, kept);
                (_buffer, _start, _end, searched) = (target, 0, kept, kept);
            }

            int read = file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                line = default;
                return false;
            }

            _end += read;
        }
    }
}
