using SparseRefine.Selectors;

namespace SparseRefine.Cli.Keeping;

/// <summary>What the dense model does alone at one size, and what refining could add.</summary>
/// <param name="MeanIoU">Its mIoU.</param>
/// <param name="Milliseconds">From decoded photo to label map, mean of the photos.</param>
/// <param name="Points">Thresholds at which a refiner is measured, in order of their density.</param>
internal sealed record DenseFacts(double MeanIoU, double Milliseconds, CalibrationPoint[] Points)
{
    /// <summary>mIoU if every pixel above the last threshold were right: no refiner reaches more there.</summary>
    public double Ceiling => Points[^1].PerfectMeanIoU;
}
