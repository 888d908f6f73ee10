using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>Short copies, inlined: rows of 8 to 64 floats are too short for a call into the runtime's memory copy.</summary>
internal static unsafe class RowCopy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* target, int count)
    {
        int c = 0;
        for (; c + 8 <= count; c += 8)
        {
            Vector256.Load(source + c).Store(target + c);
        }

        for (; c < count; c++)
        {
            target[c] = source[c];
        }
    }
}
