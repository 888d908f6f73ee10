namespace SparseRefine.Kernels;

/// <summary>Which loops the convolutions run.</summary>
internal enum SimdPath
{
    Scalar,
    Vector256,
    Vector512,
}
