using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SparseRefine.Kernels;

/// <summary>Asks for memory before a kernel needs it. Does nothing where .NET has no such instruction.</summary>
internal static unsafe class Prefetch
{
    private const int LineFloats = 16;

    /// <summary>Rows [from, to) of a matrix into the second-level cache; none if <paramref name="matrix"/> is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows(float* matrix, int channels, int from, int to)
    {
        if (Sse.IsSupported && matrix != null)
        {
            for (int row = from; row < to; row++)
            {
                float* values = matrix + ((long)row * channels);
                for (int c = 0; c < channels; c += LineFloats)
                {
                    Sse.Prefetch1(values + c);
                }
            }
        }
    }
}
