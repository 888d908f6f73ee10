using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The web sample in a process of its own, on a loopback port that the system chooses.</summary>
public sealed partial class WebServer : IAsyncLifetime
{
    public const int MaxBytes = 1 << 20;
    public const int MaxPixels = 400_000;
    private Process? _process;
    private Task _errors = Task.CompletedTask;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public async Task InitializeAsync()
    {
        ProcessStartInfo start = SampleRun.Start(
            "Web", "--urls", "http://127.0.0.1:0", "--Service:Model", Expected.Model, "--Service:MaxBytes", $"{MaxBytes}", "--Service:MaxPixels", $"{MaxPixels}");
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        List<string> lines = [];
        while (await _process.StandardOutput.ReadLineAsync() is string line)
        {
            lines.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                Client.BaseAddress = new Uri(match.Groups[1].Value);
                _ = _process.StandardOutput.ReadToEndAsync(); // a full pipe would stop the server
                return;
            }
        }

        throw new InvalidOperationException($"the server did not start: {string.Join('\n', lines)}");
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        _process!.Kill();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
