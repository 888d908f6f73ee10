using BitMiracle.LibTiff.Classic;

namespace SparseRefine.MLNet;

/// <summary>A file in memory as LibTiff.NET reads it.</summary>
internal sealed class TiffMemory : TiffStream
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private long _at;

    // LibTiff.NET knows one handler for the whole process, and that one writes to the console: ours is silent for our own files and hands
    // on what belongs to others.
    static TiffMemory()
    {
        Silence silence = new();
        silence.Others = Tiff.SetErrorHandler(silence) ?? new TiffErrorHandler();
    }

    private TiffMemory(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the decoder complained about the file.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Opens the first page.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>The page; null for no such file. The caller disposes it.</returns>
    public static Tiff? Open(ReadOnlyMemory<byte> bytes)
    {
        TiffMemory file = new(bytes);
        return Tiff.ClientOpen("memory", "r", file, file);
    }

    /// <inheritdoc/>
    public override int Read(object clientData, byte[] buffer, int offset, int count)
    {
        int read = (int)Math.Clamp(_bytes.Length - _at, 0, count);
        _bytes.Span.Slice((int)Math.Min(_at, _bytes.Length), read).CopyTo(buffer.AsSpan(offset));
        _at += read;
        return read;
    }

    /// <inheritdoc/>
    public override long Seek(object clientData, long offset, SeekOrigin origin) => _at = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _at + offset,
        _ => _bytes.Length + offset,
    };

    /// <inheritdoc/>
    public override void Close(object clientData)
    {
    }

    /// <inheritdoc/>
    public override long Size(object clientData) => _bytes.Length;

    private sealed class Silence : TiffErrorHandler
    {
        public TiffErrorHandler Others { get; set; } = null!;

        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is TiffMemory own)
            {
                own.HasFailed = true;
                return;
            }

            Others.ErrorHandler(tif, method, format, args);
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not TiffMemory)
            {
                Others.WarningHandler(tif, method, format, args);
            }
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (clientData is not TiffMemory)
            {
                Others.ErrorHandlerExt(tif, clientData, method, format, args);
            }
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (clientData is not TiffMemory)
            {
                Others.WarningHandlerExt(tif, clientData, method, format, args);
            }
        }
    }
}
