using System.Globalization;

namespace SparseRefine.Benchmarks.Harness;

/// <summary>What the command line asks for.</summary>
/// <param name="Filter">Groups whose name holds this; null: all.</param>
/// <param name="Threads">Only this many threads; null: one and all processors.</param>
/// <param name="Quick">Less time for each case.</param>
internal sealed record Settings(string? Filter, int? Threads, bool Quick)
{
    /// <summary>Time to spend on each case.</summary>
    public double SecondsPerCase => Quick ? 0.2 : 1;

    /// <summary>Thread counts to measure.</summary>
    public IReadOnlyList<int> ThreadCounts => Threads is int one
        ? [one]
        : Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

    /// <summary>Reads <c>[filter] [--threads n] [--quick]</c>.</summary>
    /// <param name="args">The words.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="FormatException">Other words.</exception>
    public static Settings Parse(string[] args)
    {
        Settings settings = new(null, null, false);
        for (int i = 0; i < args.Length; i++)
        {
            settings = args[i] switch
            {
                "--quick" => settings with { Quick = true },
                "--threads" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0
                    => settings with { Threads = int.Parse(args[++i], CultureInfo.InvariantCulture) },
                _ when !args[i].StartsWith('-') && settings.Filter is null => settings with { Filter = args[i] },
                _ => throw new FormatException($"expected [filter] [--threads n] [--quick], got '{args[i]}'"),
            };
        }

        return settings;
    }
}
