using System.Runtime.InteropServices;
using SparseRefine.Kernels;

namespace SparseRefine.Images;

/// <summary>
/// Two neighbouring rows of a logit map, copied so that their classes lie close together. In the map itself the classes of a pixel lie a whole
/// plane apart, often at a distance that is a multiple of the caches' ways, so that reading one pixel evicts its neighbour: that took four times
/// as long. One thread at a time; dispose it. Copies of the struct share one memory.
/// </summary>
internal readonly unsafe struct LogitRows : IDisposable
{
    // Tiles that lie between the same two rows of the map, from which on copying these rows pays.
    private const int WorthTiles = 4;
    private const int Line = 64; // bytes of a cache line

    private readonly float* _map;
    private readonly int _classes;
    private readonly int _height;
    private readonly int _width;
    private readonly int _classStride;
    private readonly float* _rows;

    // Which rows stand there: row r at place r % 2, so that a row and the next one never contend.
    private readonly int* _held;

    /// <summary>Takes native memory.</summary>
    /// <param name="map">The map.</param>
    /// <param name="values">Its values, pinned while this is used.</param>
    public LogitRows(LogitMap map, float* values)
    {
        _map = values;
        _classes = map.Classes;
        _height = map.Height;
        _width = map.Width;

        // An odd number of cache lines from class to class.
        _classStride = ClassRows.Pad(_width) | ClassRows.Lanes;
        _held = (int*)NativeMemory.AlignedAlloc(checked((nuint)(Line + (2L * _classes * _classStride * sizeof(float)))), Line);
        _rows = (float*)_held + (Line / sizeof(float));
        _held[0] = -1;
        _held[1] = -1;
    }

    /// <summary>Where tiles between two rows of the map read them.</summary>
    /// <param name="top">Row of the map.</param>
    /// <param name="bottom">The next row, or the same.</param>
    /// <param name="tiles">About how many tiles will be read; few are read from the map itself.</param>
    public LogitRowPair Between(int top, int bottom, int tiles)
    {
        if (tiles >= WorthTiles || (_held[top % 2] == top && _held[bottom % 2] == bottom))
        {
            return new LogitRowPair(Copy(top), Copy(bottom), _classStride);
        }

        return new LogitRowPair(_map + ((long)top * _width), _map + ((long)bottom * _width), (long)_height * _width);
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_held);

    private float* Copy(int row)
    {
        float* target = _rows + ((long)(row % 2) * _classes * _classStride);
        if (_held[row % 2] != row)
        {
            for (int c = 0; c < _classes; c++)
            {
                float* source = _map + ((((long)c * _height) + row) * _width);
                new Span<float>(source, _width).CopyTo(new Span<float>(target + ((long)c * _classStride), _width));
            }

            _held[row % 2] = row;
        }

        return target;
    }
}

/// <summary>Two rows of a map or of a copy.</summary>
/// <param name="top">Class 0 of the upper row.</param>
/// <param name="bottom">Class 0 of the lower row; the same where there is one row only.</param>
/// <param name="classStride">Floats from class to class.</param>
internal readonly unsafe struct LogitRowPair(float* top, float* bottom, long classStride)
{
    public float* Top { get; } = top;

    public float* Bottom { get; } = bottom;

    public long ClassStride { get; } = classStride;
}
