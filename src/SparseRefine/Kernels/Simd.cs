using System.Numerics;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>
/// The one place that picks vector widths: the widest that the processor runs, or the one that SPARSEREFINE_SIMD names (scalar, vector128,
/// vector256, vector512). A width that the processor lacks still runs, slowly, with the same results.
/// </summary>
internal static class Simd
{
    /// <summary>Read once when first used.</summary>
    public static SimdPath Default { get; } = Parse(Environment.GetEnvironmentVariable("SPARSEREFINE_SIMD"));

    public static SimdPath Parse(string? name) => name?.ToLowerInvariant() switch
    {
        "scalar" => SimdPath.Scalar,
        "vector128" => SimdPath.Vector128,
        "vector256" => SimdPath.Vector256,
        "vector512" => SimdPath.Vector512,
        null or "" => Vector512.IsHardwareAccelerated ? SimdPath.Vector512
            : Vector256.IsHardwareAccelerated ? SimdPath.Vector256
            : Vector128.IsHardwareAccelerated ? SimdPath.Vector128 : SimdPath.Scalar,
        _ => throw new ArgumentException(
            $"SPARSEREFINE_SIMD: expected scalar, vector128, vector256 or vector512, got {name}"),
    };

    /// <summary>
    /// The index at which a loop over <see cref="Vector{T}"/> ends and its scalar tail begins. The runtime chooses the one width of
    /// <see cref="Vector{T}"/>, so SPARSEREFINE_SIMD cannot change these loops (layers, losses, the optimizer) but for <c>scalar</c>, under which
    /// the tail is the whole range.
    /// </summary>
    /// <param name="start">First value.</param>
    /// <param name="end">End of the values.</param>
    public static int VectorEnd(int start, int end) =>
        Default == SimdPath.Scalar ? start : end - ((end - start) % Vector<float>.Count);

    /// <summary>Runs a loop that is written once, for the lanes of <paramref name="path"/>.</summary>
    public static void Run<TLoop>(SimdPath path, ref TLoop loop)
        where TLoop : struct, ISimdLoop
    {
        switch (path)
        {
            case SimdPath.Vector512:
                loop.Run<Vector512<float>, Lanes512>();
                break;
            case SimdPath.Vector256:
                loop.Run<Vector256<float>, Lanes256>();
                break;
            case SimdPath.Vector128:
                loop.Run<Vector128<float>, Lanes128>();
                break;
            default:
                loop.Run<float, Lanes1>();
                break;
        }
    }
}
