using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace SparseRefine.Cluster.Tests;

/// <summary>A server that a test starts on loopback and ends by its process id, with what it started in turn.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Match> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start, string ready)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, ready);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{start.FileName}: expected a server, got its end: {_output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    /// <param name="start">Program, words and environment.</param>
    /// <param name="ready">A regular expression of the line that says so.</param>
    /// <returns>The server, and what fitted.</returns>
    public static async Task<(ServerProcess Server, Match Ready)> Start(ProcessStartInfo start, string ready)
    {
        ServerProcess server = new(start, ready);
        try
        {
            return (server, await server._ready.Task.WaitAsync(Limit));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    public void WaitForEnd()
    {
        if (!_process.WaitForExit(Limit))
        {
            throw new TimeoutException($"{_process.StartInfo.FileName}: expected to end, got no end: {_output}");
        }
    }

    public int Id => _process.Id;

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Read(string? line, string ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Regex.Match(line, ready) is { Success: true } match)
        {
            _ready.TrySetResult(match);
        }
    }
}
