using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <summary>
/// <see cref="GatherProduct"/> where every pixel is active: out[i] = relu?(sum over taps of input[map(i, tap)] * weights[tap] + bias + residual[i]).
/// Rows have no gaps between them.
/// </summary>
internal sealed partial class GridProduct
{
    private const int TileRows = Sites.KernelMap.TileRows;

    /// <summary>Most tiles that a thread takes at a time: 64 of 6 rows, 0.4 MB at 256 channels, stay in the second-level cache for all blocks of weights.</summary>
    private const int MaxBlockTiles = 64;

    /// <summary>[input rows, inputs].</summary>
    public required float[] Input { get; init; }

    /// <summary>Null where output row i reads input row i: one tap.</summary>
    public GridMap? Map { get; init; }

    public required PackedWeights Weights { get; init; }

    public required int Rows { get; init; }

    /// <summary>[rows, outputs], from <see cref="FirstOutputRow"/> on.</summary>
    public required float[] Output { get; init; }

    /// <summary>The row of output and residual that the first of <see cref="Rows"/> is; 0 unless a matrix is made piece by piece.</summary>
    public int FirstOutputRow { get; init; }

    /// <summary>[outputs], added.</summary>
    public float[]? Bias { get; init; }

    /// <summary>[rows, outputs], added; may be the output itself.</summary>
    public float[]? Residual { get; init; }

    /// <summary>Whether the output is max(value, 0).</summary>
    public bool Relu { get; init; }

    /// <summary>The same product for some rows of the output, whose inputs are given.</summary>
    public GridProduct WithRows(float[] input, int firstOutputRow, int rows) => new()
    {
        Input = input,
        Map = Map,
        Weights = Weights,
        Rows = rows,
        Output = Output,
        FirstOutputRow = firstOutputRow,
        Bias = Bias,
        Residual = Residual,
        Relu = Relu,
    };

    /// <summary>Computes all rows; a row's sum runs over its taps and channels in order, whatever the number of threads.</summary>
    public void Run(Workers workers)
    {
        int tiles = (Rows + TileRows - 1) / TileRows;
        int block = Math.Clamp(tiles / 16, 4, MaxBlockTiles);
        workers.For(tiles, block, (_, start, end) => RunBlock(start, end));
    }
}
