using Xunit;

namespace SparseRefine.Batch.Tests;

/// <summary>Options are checked where they are set, and the message names the option.</summary>
public class OptionsTests
{
    private static readonly ScoringOptions Valid = new() { Model = "m.sparserefine", Output = "out", Inputs = new ScoringInputs() };

    public static TheoryData<string, Action> OutOfRange => new()
    {
        { "Model: expected a file, got none", () => _ = Valid with { Model = "" } },
        { "Output: expected a folder, got none", () => _ = Valid with { Output = null! } },
        { "Inputs: expected a value, got none", () => _ = Valid with { Inputs = null! } },
        { "Results: expected a value, got none", () => _ = Valid with { Results = null! } },
        { "Workers: expected 1 to 256, got 257", () => _ = Valid with { Workers = 257 } },
        { "TimeLimit: expected more than 0 and less than 24 days, got 00:00:00", () => _ = Valid with { TimeLimit = TimeSpan.Zero } },
        { "MaxPixels: expected 1 or more, got 0", () => _ = Valid with { MaxPixels = 0 } },
        { "MaxFailures: expected 0 or more, got -1", () => _ = Valid with { MaxFailures = -1 } },
        { "StopGrace: expected 0 or more and less than 24 days, got 24.20:31:24", () => _ = Valid with { StopGrace = TimeSpan.FromSeconds(int.MaxValue / 1000 + 1) } },
        { "TimeProvider: expected a value, got none", () => _ = Valid with { TimeProvider = null! } },
        { "IndexBits: expected 8 or 16, got 12", () => _ = new ScoringResults { IndexBits = 12 } },
        { "Settle: expected 0 to 24 hours, got -00:00:01", () => _ = Valid with { Settle = TimeSpan.FromSeconds(-1) } },
        { "Rescan: expected more than 0, at most 24 hours, got 00:00:00", () => _ = Valid with { Rescan = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Init_ValueOutOfRange_NamesTheOption(string message, Action set) => Assert.Equal(message, Assert.Throws<ArgumentException>(set).Message);
}
