using SparseRefine.Kernels;
using Xunit;

namespace SparseRefine.Tests.Kernels;

public sealed class SimdTests
{
    [Fact]
    public void Parse_EachName_NamesItsPath()
    {
        Assert.Equal(SimdPath.Scalar, Simd.Parse("scalar"));
        Assert.Equal(SimdPath.Vector128, Simd.Parse("vector128"));
        Assert.Equal(SimdPath.Vector256, Simd.Parse("Vector256"));
        Assert.Equal(SimdPath.Vector512, Simd.Parse("vector512"));
    }

    [Fact]
    public void Parse_Unknown_SaysWhatIsExpected()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Simd.Parse("avx"));

        Assert.Equal("SPARSEREFINE_SIMD: expected scalar, vector128, vector256 or vector512, got avx", error.Message);
    }
}
