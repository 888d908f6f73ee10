namespace SparseRefine.Benchmarks.Harness;

/// <summary>One thing to time.</summary>
/// <param name="Name">What it is, without the threads.</param>
/// <param name="Threads">Threads it uses.</param>
/// <param name="Work">Floating-point operations or items of one run.</param>
/// <param name="Unit">What <paramref name="Work"/> counts.</param>
/// <param name="Verify">Compares one run's result with the reference; throws where they differ. Called once, before timing.</param>
/// <param name="Run">One run.</param>
internal sealed record Case(string Name, int Threads, double Work, Unit Unit, Action Verify, Action Run)
{
    /// <summary>The peak that other cases of the group are a share of.</summary>
    public bool IsPeak { get; init; }

    /// <summary>What the others' speed is given as a multiple of, or null.</summary>
    public bool IsRival { get; init; }
}
