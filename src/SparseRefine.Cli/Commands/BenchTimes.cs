using SparseRefine.MLNet;

namespace SparseRefine.Cli.Commands;

/// <summary>Milliseconds a photo in one round.</summary>
/// <param name="Full">The dense model at full resolution, decoded photo to label map.</param>
/// <param name="Low">The same at low resolution.</param>
/// <param name="Stages">Ours.</param>
internal sealed record BenchTimes(double Full, double Low, StageTimes Stages)
{
    /// <summary>All stages of ours, decoded photo to label map.</summary>
    public double Ours => Stages.Total - Stages.Decode;

    public static BenchTimes operator +(BenchTimes a, BenchTimes b) => Combine(a, b, (x, y) => x + y);

    public static BenchTimes operator /(BenchTimes a, double divisor) => Combine(a, a, (x, _) => x / divisor);

    private static BenchTimes Combine(BenchTimes a, BenchTimes b, Func<double, double, double> f) => new(
        f(a.Full, b.Full),
        f(a.Low, b.Low),
        new StageTimes(
            f(a.Stages.Decode, b.Stages.Decode),
            f(a.Stages.Dense, b.Stages.Dense),
            f(a.Stages.Select, b.Stages.Select),
            f(a.Stages.Extract, b.Stages.Extract),
            f(a.Stages.Ensemble, b.Stages.Ensemble)));
}
