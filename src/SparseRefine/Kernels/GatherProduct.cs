namespace SparseRefine.Kernels;

/// <summary>
/// out[i] = activation(sum over taps of input[map[i, tap]] * weights[tap] + bias + residual[i]): every convolution, forward and
/// towards its input, is one of these. Fields are offsets and strides in floats; rows never overlap.
/// </summary>
internal sealed partial class GatherProduct
{
    /// <summary>Rows of a tile.</summary>
    private const int TileRows = 24;

    /// <summary>Products that one pass of the micro kernel sums: 24 x 256 floats of gathered input fill half of the first-level cache.</summary>
    private const int Depth = 256;

    /// <summary>Floats from one gathered row to the next: the 16 beyond <see cref="Depth"/> keep rows out of the same cache set.</summary>
    internal const int Stride = Depth + 16;

    private const int BlockRows = TileRows * 16;

    /// <summary>Input features, <see cref="InputStride"/> floats a row.</summary>
    public required float[] Input { get; init; }

    public required int InputStride { get; init; }

    /// <summary>[rows, taps], -1 = missing; null where output row i reads input row i.</summary>
    public int[]? Map { get; init; }

    /// <summary>Output rows in the order to visit them; null is 0, 1, 2... Changes the speed only.</summary>
    public int[]? Order { get; init; }

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

    /// <summary>Computes all rows. The bits do not depend on the number of threads.</summary>
    public void Run(Workers workers) => workers.For(Rows, BlockRows, (_, start, end) => RunBlock(start, end));
}
