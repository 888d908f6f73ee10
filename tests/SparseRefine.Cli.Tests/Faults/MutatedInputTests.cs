using System.Diagnostics;
using Xunit;

namespace SparseRefine.Cli.Tests.Faults;

/// <summary>A short run of tests/faults: harmed files of every kind are answered or refused by name, in time and within bounded memory.</summary>
public sealed class MutatedInputTests
{
    [Fact]
    public async Task Mutate_HundredAndFiftyHarmedFiles_AreAnsweredOrRefusedByName()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "SparseRefine.Faults.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, "mutate", "--count", "150", "--seed", "7"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}\n{output}\n{await error}");
        Assert.Contains("| all | 150 |", output);
    }
}
