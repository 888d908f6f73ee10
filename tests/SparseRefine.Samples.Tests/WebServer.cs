using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The web sample in a process of its own, on a loopback port that the system chooses.</summary>
public partial class WebServer : IAsyncLifetime
{
    public const int MaxBytes = 1 << 20;
    public const int MaxPixels = 400_000;
    private readonly ConcurrentQueue<string> _log = [];
    private readonly string[] _settings;
    private Process? _process;
    private Task _output = Task.CompletedTask;
    private Task _errors = Task.CompletedTask;

    public WebServer()
        : this([])
    {
    }

    protected WebServer(string[] settings) => _settings = settings;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>What it has printed.</summary>
    public IEnumerable<string> Log => _log;

    public async Task InitializeAsync()
    {
        ProcessStartInfo start = SampleRun.Start(
            "Web",
            ["--urls", "http://127.0.0.1:0", "--Service:Model", Expected.Model, "--Service:MaxBytes", $"{MaxBytes}", "--Service:MaxPixels", $"{MaxPixels}", .. _settings]);
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is string line)
        {
            _log.Enqueue(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                Client.BaseAddress = new Uri(match.Groups[1].Value);
                _output = ReadAsync(_process.StandardOutput); // a full pipe would stop the server
                return;
            }
        }

        throw new InvalidOperationException($"the server did not start: {string.Join('\n', _log)}");
    }

    /// <summary>Asks it to end, as orchestrators do.</summary>
    /// <param name="meanwhile">Done once it has begun to.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(Func<Task> meanwhile)
    {
        using (Process kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (!_log.Any(line => line.Contains("shutting down", StringComparison.Ordinal)))
        {
            await Task.Delay(20, late.Token);
        }

        await meanwhile();
        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        _process!.Kill();
        await _process.WaitForExitAsync();
        await _output;
        await _errors;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is string line)
        {
            _log.Enqueue(line);
        }
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
