using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace SparseRefine.Tests.Kernels;

/// <summary>A test that is reported as skipped where the processor has no fused multiply-add.</summary>
public sealed class FusedFactAttribute : FactAttribute
{
    public FusedFactAttribute() => Skip = Fma.IsSupported || AdvSimd.IsSupported ? null : "The processor has no fused multiply-add.";
}
