namespace SparseRefine.MLNet;

/// <summary>Milliseconds a picture, means over all rows.</summary>
/// <param name="Decode">Getting the image.</param>
/// <param name="Dense">The dense model.</param>
/// <param name="Select">Finding the pixels.</param>
/// <param name="Extract">The sparse network.</param>
/// <param name="Ensemble">Merging.</param>
public sealed record StageTimes(double Decode, double Dense, double Select, double Extract, double Ensemble)
{
    /// <summary>All stages together.</summary>
    public double Total => Decode + Dense + Select + Extract + Ensemble;
}
