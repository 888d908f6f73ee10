namespace SparseRefine.Benchmarks.Harness;

/// <summary>What a case's work counts.</summary>
internal enum Unit
{
    /// <summary>Useful floating-point operations, two a multiply-add.</summary>
    Flop,

    /// <summary>Pixels of the photo.</summary>
    Pixel,

    /// <summary>Selected pixels.</summary>
    Site,
}
