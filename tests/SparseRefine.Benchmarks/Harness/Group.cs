namespace SparseRefine.Benchmarks.Harness;

/// <summary>Cases that are timed side by side, in turn, so that whatever else the machine does meets all of them.</summary>
/// <param name="Name">What the filter matches.</param>
/// <param name="Threads">Threads of its cases.</param>
/// <param name="Create">Makes the cases when their turn comes, so that only one group's data is in memory.</param>
internal sealed record Group(string Name, int Threads, Func<IReadOnlyList<Case>> Create);
