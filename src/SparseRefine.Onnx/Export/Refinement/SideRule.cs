namespace SparseRefine.Onnx.Export;

/// <summary>
/// A model's side in multiples, floor(side x scale / multiple + 1/2), as (side x weight + half) / 2^40 in whole numbers: ONNX Runtime's WebGPU build has no double precision.
/// </summary>
/// <param name="Weight">Scale / multiple in units of 2^-40.</param>
/// <param name="Half">One half, or a little more so that sides that lie exactly between two multiples are rounded up.</param>
internal readonly record struct SideRule(long Weight, long Half)
{
    /// <summary>What the sum is divided by.</summary>
    public const long One = 1L << 40;
    private const int LargestSide = 65535;

    /// <summary>Finds the numbers.</summary>
    /// <param name="scale">The photo's part that the model sees, at most 4: side x weight stays below 2^58.</param>
    /// <param name="multiple">What its sides are multiples of.</param>
    /// <returns>Null where no such numbers give the same as double precision for every side of a photo.</returns>
    public static SideRule? Find(double scale, int multiple)
    {
        long weight = (long)Math.Round(scale / multiple * One);
        foreach (long half in (long[])[One / 2, (One / 2) + (1 << 20)])
        {
            SideRule rule = new(weight, half);
            if (Enumerable.Range(1, LargestSide).All(side => rule.Multiples(side) == (long)Math.Floor((side * scale / multiple) + 0.5)))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>What the graph computes.</summary>
    /// <param name="side">A side of the photo, 1 to 65535.</param>
    public long Multiples(int side) => ((side * Weight) + Half) / One;
}
