using SparseRefine.Sites;

namespace SparseRefine.Kernels;

/// <summary>
/// out[i] = activation(sum over taps of input[map[i, tap]] * weights[tap] + bias + residual[i]): every convolution, forward and in the backward
/// step of its input, is one such product. The arrays belong to the caller and may be longer than the rows need.
/// </summary>
internal sealed partial class GatherProduct : IBlockBody
{
    private const int TileRows = KernelMap.TileRows;

    /// <summary>Tiles that a thread takes at a time: 128 of 6 rows, of which a level of 100,000 sites gives 131 to share among threads.</summary>
    private const int BlockTiles = 128;

    /// <summary>[any, inputs]; the left columns of it where there is a <see cref="SecondInput"/>.</summary>
    public required float[] Input { get; init; }

    /// <summary>The right columns, or null.</summary>
    public float[]? SecondInput { get; init; }

    /// <summary>Columns of <see cref="SecondInput"/>.</summary>
    public int SecondChannels { get; init; }

    /// <summary>Null where output row i reads input row i.</summary>
    public KernelMap? Map { get; init; }

    public required PackedWeights Weights { get; init; }

    public required int Rows { get; init; }

    /// <summary>[rows, outputs]; null where only <see cref="Activated"/> is wanted.</summary>
    public required float[]? Output { get; init; }

    /// <summary>[outputs], added.</summary>
    public float[]? Bias { get; init; }

    /// <summary>[rows, outputs], added; may be the output itself, which is then added to.</summary>
    public float[]? Residual { get; init; }

    /// <summary>Whether the output is max(value, 0).</summary>
    public bool Relu { get; init; }

    /// <summary>[rows, outputs], a second output max(value * scale + shift, 0): the next layer's batch norm and relu.</summary>
    public float[]? Activated { get; init; }

    public float[]? Scale { get; init; }

    public float[]? Shift { get; init; }

    /// <summary>
    /// Computes all rows. A row's sum runs over its taps and channels in order, so the bits depend neither on the number of threads nor on
    /// the order of the map; they are the same for every vector width on processors with fused multiply-add.
    /// </summary>
    public void Run(Workers workers) =>
        workers.For((Rows + TileRows - 1) / TileRows, BlockTiles, this);
}
