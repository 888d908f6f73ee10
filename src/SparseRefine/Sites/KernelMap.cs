using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>
/// Which input row each output row reads through each of nine taps, listed in the order in which kernels visit the output rows. That order is not the
/// sites' own: within a <em>window</em>, a run of <see cref="WindowRows"/> neighbouring sites, sites with the same set of present taps stand together. So
/// all six rows of a <em>tile</em> mostly lack the same taps, which the kernel then skips. Built once for each level and shared by its layers. The arrays
/// are pooled: <see cref="Return"/> ends their life.
/// </summary>
internal sealed class KernelMap
{
    public const int Taps = 9;

    /// <summary>Output rows that a kernel works on together.</summary>
    public const int TileRows = 6;

    private readonly Lock _gate = new();
    private readonly BufferPool? _pool;
    private RowPairs? _pairs;

    /// <summary>Takes room.</summary>
    /// <param name="rows">Output rows.</param>
    /// <param name="inputRows">Input rows.</param>
    /// <param name="windowRows">Sites of a window, a multiple of <see cref="TileRows"/>.</param>
    /// <param name="pool">Where the buffers come from; null: the runtime's shared pool.</param>
    public KernelMap(int rows, int inputRows, int windowRows, BufferPool? pool)
    {
        WindowRows = windowRows;
        _pool = pool;
        Rows = rows;
        InputRows = inputRows;
        Tiles = (rows + TileRows - 1) / TileRows;
        Entries = BufferPool.RentRows<int>(pool, checked(Tiles * TileRows * Taps));
        Order = BufferPool.RentRows<int>(pool, rows);
        TileMasks = BufferPool.RentRows<ushort>(pool, Tiles);
    }

    /// <summary>Output rows.</summary>
    public int Rows { get; }

    /// <summary>Rows that entries point to.</summary>
    public int InputRows { get; }

    /// <summary>Sites of a window, a multiple of <see cref="TileRows"/>.</summary>
    public int WindowRows { get; }

    /// <summary>
    /// Output rows between those that a kernel works on and those whose memory it asks for ahead of time. Inside a window the order of rows jumps, so
    /// the processor's own prefetcher cannot follow it; from window to window rows ascend. So a kernel asks for rows of the next window, and half a
    /// window further, since the sites in the line below are read as well.
    /// </summary>
    public int PrefetchRows => WindowRows + (WindowRows / 2);

    /// <summary>Tiles of <see cref="TileRows"/> rows; the last one may lack rows, whose entries are -1.</summary>
    public int Tiles { get; }

    /// <summary>[tiles x tile rows, 9] in visiting order: the input row or -1; tap = 3 * ky + kx. The array may be longer.</summary>
    public int[] Entries { get; private set; }

    /// <summary>[rows]: the output row that is visited at each place. The array may be longer.</summary>
    public int[] Order { get; private set; }

    /// <summary>[tiles]: bit t is set where a row of the tile has tap t. The array may be longer.</summary>
    public ushort[] TileMasks { get; private set; }

    /// <summary>Entries that are not -1: multiply-adds of a layer are this times inputs times outputs.</summary>
    public long Present { get; set; }

    /// <summary>The entries tap by tap, built when first asked for.</summary>
    public RowPairs Pairs(Workers workers)
    {
        lock (_gate)
        {
            return _pairs ??= new RowPairs(this, _pool, workers);
        }
    }

    /// <summary>Gives the buffers back; harmless the second time.</summary>
    public void Return()
    {
        if (TileMasks.Length > 0)
        {
            BufferPool.Return(_pool, Entries);
            BufferPool.Return(_pool, Order);
            BufferPool.Return(_pool, TileMasks);
            _pairs?.Return();
            _pairs = null;
        }

        (Entries, Order, TileMasks) = ([], [], []);
    }
}
