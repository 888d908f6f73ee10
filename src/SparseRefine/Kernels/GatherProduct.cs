using SparseRefine.Sites;

namespace SparseRefine.Kernels;

/// <summary>
/// out[i] = activation(sum over taps of input[map[i, tap]] * weights[tap] + bias + residual[i]): every convolution, forward and
/// towards its input, is one of these. Fields are offsets and strides in floats; rows never overlap.
/// </summary>
internal sealed partial class GatherProduct : IBlockBody
{
    private const int TileRows = KernelMap.TileRows;

    /// <summary>Tiles that a thread takes at a time.</summary>
    private const int BlockTiles = 128;

    /// <summary>Input features, <see cref="InputStride"/> floats a row.</summary>
    public required float[] Input { get; init; }

    public required int InputStride { get; init; }

    /// <summary>Null where output row i reads input row i.</summary>
    public KernelMap? Map { get; init; }

    public required PackedWeights Weights { get; init; }

    public required int Rows { get; init; }

    public required float[] Output { get; init; }

    public required int OutputStride { get; init; }

    public int OutputOffset { get; init; }

    /// <summary>[outputs], added.</summary>
    public float[]? Bias { get; init; }

    /// <summary>Added, laid out as the output; may be the output itself, which is then added to.</summary>
    public float[]? Residual { get; init; }

    public int ResidualStride { get; init; }

    public int ResidualOffset { get; init; }

    /// <summary>Whether the output is max(value, 0).</summary>
    public bool Relu { get; init; }

    /// <summary>A second output max(value * scale + shift, 0): the next layer's batch norm and relu.</summary>
    public float[]? Activated { get; init; }

    public int ActivatedStride { get; init; }

    public int ActivatedOffset { get; init; }

    public float[]? Scale { get; init; }

    public float[]? Shift { get; init; }

    /// <summary>
    /// Computes all rows. A row's sum runs over its taps and channels in order, so the bits depend neither on the number of threads nor on
    /// the order of the map; they are the same for every vector width on processors with fused multiply-add.
    /// </summary>
    public void Run(Workers workers) =>
        workers.For((Rows + TileRows - 1) / TileRows, BlockTiles, this);
}
