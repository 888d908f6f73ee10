namespace SparseRefine.Kernels;

/// <summary>The row pairs that a register tile of the weight gradient sums over.</summary>
internal unsafe struct PairSource
{
    /// <summary>Input, <see cref="StrideX"/> floats a row.</summary>
    public float* X;

    /// <summary>Gradient of the output, <see cref="StrideY"/> floats a row.</summary>
    public float* Y;

    public nint StrideX;

    public nint StrideY;

    /// <summary>Floats from one input channel's sums to the next.</summary>
    public nint StrideSums;

    /// <summary>Row of <see cref="X"/> of each pair.</summary>
    public int* Inputs;

    /// <summary>Row of <see cref="Y"/> of each pair.</summary>
    public int* Outputs;

    public int Count;
}
