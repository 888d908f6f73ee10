using System.Diagnostics;

namespace SparseRefine.Samples.Tests;

/// <summary>One run of a sample program in a process of its own.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it complained about.</param>
internal sealed record SampleRun(int Code, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static ProcessStartInfo Start(string sample, params string[] arguments) =>
        Prepared(new("dotnet", ["exec", Repository.Program(sample), .. arguments]));

    public static Task<SampleRun> Of(string sample, params string[] arguments) => Of(Start(sample, arguments));

    public static async Task<SampleRun> Of(ProcessStartInfo start)
    {
        using Process process = Process.Start(Prepared(start))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource late = new(Patience);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', start.ArgumentList)} ran longer than {Patience}: {await output}{await error}");
        }

        return new SampleRun(process.ExitCode, await output, await error);
    }

    public SampleRun Succeeded()
    {
        Xunit.Assert.True(Code == 0, $"exit code {Code}\n{Output}\n{Error}");
        return this;
    }

    private static ProcessStartInfo Prepared(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetTempPath();
        return start;
    }
}
