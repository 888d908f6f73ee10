namespace SparseRefine.Kernels;

/// <summary>Which loops run, narrowest first.</summary>
internal enum SimdPath
{
    /// <summary>Plain reference loops, one value at a time.</summary>
    Scalar,
    Vector128,
    Vector256,
    Vector512,
}
