using System.Runtime.Intrinsics;
using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

public class VectorMathTests
{
    [Fact]
    public void Exp_WholeRange_StaysWithinDocumentedErrorAndIsTheSameForEveryWidth()
    {
        for (float x = VectorMath.MinExponent; x <= 88f; x += 0.00173f)
        {
            double expected = Math.Exp(x);
            float one = Exp(x);
            double error = Math.Abs(one - expected) / expected;
            Assert.True(error < 2e-7, $"x = {x:R}: relative error {error}");
            Assert.Equal(one, VectorMath.Exp<Vector128<float>, Lanes128>(Vector128.Create(x))[1]);
            Assert.Equal(one, VectorMath.Exp<Vector256<float>, Lanes256>(Vector256.Create(x))[3]);
            Assert.Equal(one, VectorMath.Exp<Vector512<float>, Lanes512>(Vector512.Create(x))[9]);
        }
    }

    [Fact]
    public void Exp_Zero_IsExactlyOne() => Assert.Equal(1f, Exp(0));

    [Theory]
    [InlineData(-87.001f)]
    [InlineData(-1e30f)]
    public void Exp_BelowRange_ClampsToIt(float x) => Assert.Equal(Exp(VectorMath.MinExponent), Exp(x));

    [Fact]
    public void Exp_AboveRange_ClampsToIt() => Assert.Equal(Exp(88f), Exp(1e30f));

    [Fact]
    public void LogFromOne_EachWidth_GivesTheSame()
    {
        for (float x = 1; x < 1e6f; x *= 1.0137f)
        {
            float one = VectorMath.LogFromOne<float, Lanes1>(x);
            Assert.True(Math.Abs(one - Math.Log(x)) <= 3e-7 * Math.Max(1, Math.Log(x)), $"x = {x}: {one}");
            Assert.Equal(one, VectorMath.LogFromOne<Vector128<float>, Lanes128>(Vector128.Create(x))[1]);
            Assert.Equal(one, VectorMath.LogFromOne<Vector256<float>, Lanes256>(Vector256.Create(x))[3]);
            Assert.Equal(one, VectorMath.LogFromOne<Vector512<float>, Lanes512>(Vector512.Create(x))[9]);
        }
    }

    [Fact]
    public void LogFromOne_One_IsExactlyZero() => Assert.Equal(0f, VectorMath.LogFromOne<float, Lanes1>(1));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void Pad_Length_RoundsUpToTiles(int length, int expected) => Assert.Equal(expected, ClassRows.Pad(length));

    private static float Exp(float x) => VectorMath.Exp<float, Lanes1>(x);
}
