namespace SparseRefine.Benchmarks.Scoring;

/// <summary>Images a second.</summary>
/// <param name="Decode">Decoding by itself.</param>
/// <param name="Score">Dense model and refiner by themselves.</param>
/// <param name="Write">Encoding and writing by itself.</param>
/// <param name="Job">All of them as a job.</param>
internal sealed record ScoringRates(double Decode, double Score, double Write, double Job)
{
    /// <summary>The slowest stage's own.</summary>
    public double Slowest => Math.Min(Decode, Math.Min(Score, Write));

    /// <summary>If nothing overlapped.</summary>
    public double InTurn => 1 / ((1 / Decode) + (1 / Score) + (1 / Write));
}
