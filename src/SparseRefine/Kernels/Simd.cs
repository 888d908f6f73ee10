using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <summary>Picks the loops: the widest the processor runs, or the one that SPARSEREFINE_SIMD names (scalar, vector256, vector512).</summary>
internal static class Simd
{
    /// <summary>Read once when first used.</summary>
    public static SimdPath Default { get; } = Parse(Environment.GetEnvironmentVariable("SPARSEREFINE_SIMD"));

    public static SimdPath Parse(string? name) => name?.ToLowerInvariant() switch
    {
        "scalar" => SimdPath.Scalar,
        "vector256" => SimdPath.Vector256,
        "vector512" => SimdPath.Vector512,
        null or "" => Vector512.IsHardwareAccelerated ? SimdPath.Vector512
            : Vector256.IsHardwareAccelerated ? SimdPath.Vector256 : SimdPath.Scalar,
        _ => throw new ArgumentException($"SPARSEREFINE_SIMD: expected scalar, vector256 or vector512, got {name}"),
    };
}
