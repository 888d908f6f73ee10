using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SparseRefine.Faults;

/// <summary>The tool in a process of its own, to be stopped as machines stop processes.</summary>
internal sealed class ToolProcess : IDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private int _lines;
    private bool _isClosed;

    /// <summary>Starts it.</summary>
    /// <param name="tool">The tool: an executable, or a .dll that `dotnet` runs.</param>
    /// <param name="args">The words after its name.</param>
    public ToolProcess(string tool, params IEnumerable<string> args)
    {
        bool isAssembly = tool.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(isAssembly ? "dotnet" : tool, isAssembly ? [tool, .. args] : args)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, line) =>
        {
            Add(_output, line.Data);
            Interlocked.Increment(ref _lines);
            lock (_output)
            {
                _isClosed = line.Data is null;
                Monitor.PulseAll(_output);
            }
        };
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The tool beside this program.</summary>
    public static string Beside => Path.Combine(AppContext.BaseDirectory, "SparseRefine.Cli.dll");

    /// <summary>What it printed so far.</summary>
    public string Output => Text(_output);

    /// <summary>Lines that it printed so far.</summary>
    public int Lines => Volatile.Read(ref _lines);

    /// <summary>Its error lines so far.</summary>
    public string Error => Text(_error);

    /// <summary>Its exit code, once it has ended; 128 and the signal's number where one ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it reads as standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Waits for its end.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>Whether it ended.</returns>
    public bool Wait(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            return false;
        }

        // The call without a limit also waits for the last lines.
        _process.WaitForExit();
        return true;
    }

    /// <summary>Waits for its end, and kills it where that does not come.</summary>
    /// <param name="seconds">How long.</param>
    /// <returns>The exit code.</returns>
    public int End(double seconds = 120)
    {
        if (Wait(TimeSpan.FromSeconds(seconds)))
        {
            return ExitCode;
        }

        Kill();
        throw new TimeoutException($"expected the tool to end within {seconds} s, got no end; output: {Output}; error: {Error}");
    }

    /// <summary>Waits until a line of its output holds a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seconds">How long.</param>
    public void WaitFor(string text, double seconds = 60)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_output)
        {
            while (!Output.Contains(text, StringComparison.Ordinal))
            {
                TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(start);
                if (_isClosed || left <= TimeSpan.Zero || !Monitor.Wait(_output, left))
                {
                    throw new TimeoutException($"expected '{text}' from the tool, got {Output}; error: {Error}");
                }
            }
        }
    }

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM: asks it to end.</summary>
    public void AskToEnd()
    {
        if (Send(_process.Id, Terminate) != 0 && !_process.HasExited)
        {
            throw new Win32Exception();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Send(int process, int signal);
}
