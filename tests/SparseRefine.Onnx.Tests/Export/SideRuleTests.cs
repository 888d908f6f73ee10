using SparseRefine.Onnx.Export;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>Whole numbers give the sides that double precision gives.</summary>
public sealed class SideRuleTests
{
    public static IEnumerable<object[]> Scales =>
        from scale in (double[])[0.01, 0.1, 0.2, 0.25, 0.3, 1.0 / 3, 0.5, 0.75, 1, 1.5, 4]
        from multiple in (int[])[1, 3, 8, 32]
        select (object[])[scale, multiple];

    [Theory]
    [MemberData(nameof(Scales))]
    public void Find_UsualScales_GivesTheSidesOfDoublePrecision(double scale, int multiple)
    {
        SideRule rule = Assert.NotNull(SideRule.Find(scale, multiple));
        for (int side = 1; side <= 65535; side++)
        {
            Assert.Equal((long)Math.Floor((side * scale / multiple) + 0.5), rule.Multiples(side));
        }
    }

    // 45 x 0.7 is a little under 31.5 in double precision, 5 x 0.7 is 3.5: no one rule for halves does both.
    [Fact]
    public void Find_ScaleWhoseHalvesAreRoundedBothWays_IsNone() => Assert.Null(SideRule.Find(0.7, 1));
}
