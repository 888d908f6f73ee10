using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <content>Loops over pixels.</content>
internal readonly unsafe partial struct Lanes1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Round(float a) => MathF.Round(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(float a, float n) => a * BitConverter.Int32BitsToSingle(((int)n + 127) << 23);

    // The vectors' logarithm, as the C library's would differ in the last bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float a) => Vector128.Log(Vector128.CreateScalar(a)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float WhereGreater(float a, float b, float x, float y) => a > b ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterBits(float a, float b) => a > b ? 1u : 0u;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Pick(float* table, int* indices) => table[*indices];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(float a, byte* target) => *target = (byte)a;
}
