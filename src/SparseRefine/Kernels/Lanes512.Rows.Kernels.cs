using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseRefine.Kernels;

/// <content>Loops over pixels.</content>
internal readonly unsafe partial struct Lanes512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Round(Vector512<float> a) => Vector512.Round(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(Vector512<float> a, Vector512<float> n) => Avx512F.IsSupported
        ? Avx512F.Scale(a, n)
        : a * ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> a) => Vector512.Log(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereGreater(Vector512<float> a, Vector512<float> b, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint GreaterBits(Vector512<float> a, Vector512<float> b) =>
        (uint)Vector512.GreaterThan(a, b).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick(float* table, int* indices) =>
        Avx512F.IsSupported
            ? Avx512F.PermuteVar16x32(Vector512.Load(table), Vector512.Load(indices))
            : Vector512.Shuffle(Vector512.Load(table), Vector512.Load(indices));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector512<float> a, byte* target)
    {
        Vector512<int> whole = Vector512.ConvertToInt32Native(a);
        Vector256<short> words = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
        Vector128.Narrow(words.GetLower(), words.GetUpper()).AsByte().Store(target);
    }
}
