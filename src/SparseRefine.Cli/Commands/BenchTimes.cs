namespace SparseRefine.Cli.Commands;

/// <summary>Milliseconds a photo in one round.</summary>
/// <param name="Full">The dense model at full resolution, decoded photo to label map.</param>
/// <param name="Low">The same at low resolution.</param>
/// <param name="Stages">Ours.</param>
internal sealed record BenchTimes(double Full, double Low, StageTimes Stages)
{
    /// <summary>All stages of ours, decoded photo to label map.</summary>
    public double Ours => Stages.Total - Stages.Decode;

    public static BenchTimes operator +(BenchTimes a, BenchTimes b) => new(a.Full + b.Full, a.Low + b.Low, a.Stages + b.Stages);

    public static BenchTimes operator /(BenchTimes a, double divisor) => new(a.Full / divisor, a.Low / divisor, a.Stages / divisor);
}
