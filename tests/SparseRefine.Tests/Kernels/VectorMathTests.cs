using System.Runtime.Intrinsics;
using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

public class VectorMathTests
{
    [Fact]
    public void Exp_WholeRange_StaysWithinDocumentedError()
    {
        for (float x = VectorMath.MinExponent; x <= 88f; x += 0.00173f)
        {
            double expected = Math.Exp(x);
            double error = Math.Abs(VectorMath.Exp(Vector256.Create(x))[3] - expected) / expected;
            Assert.True(error < 2e-7, $"x = {x:R}: relative error {error}");
        }
    }

    [Fact]
    public void Exp_Zero_IsExactlyOne() => Assert.Equal(1f, VectorMath.Exp(Vector256<float>.Zero)[0]);

    [Theory]
    [InlineData(-87.001f)]
    [InlineData(-1e30f)]
    public void Exp_BelowRange_IsZero(float x) => Assert.Equal(0f, VectorMath.Exp(Vector256.Create(x))[0]);

    [Fact]
    public void Exp_AboveRange_ClampsToIt()
        => Assert.Equal(VectorMath.Exp(Vector256.Create(88f))[0], VectorMath.Exp(Vector256.Create(1e30f))[0]);

    [Fact]
    public void LogFromOne_One_IsExactlyZero() => Assert.Equal(0f, VectorMath.LogFromOne(Vector256<float>.One)[0]);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    public void Pad_Length_RoundsUpToVectors(int length, int expected) => Assert.Equal(expected, VectorMath.Pad(length));
}
