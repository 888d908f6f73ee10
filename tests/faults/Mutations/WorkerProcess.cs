using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparseRefine.Faults;

/// <summary>A child process that uses harmed files, watched from outside. Ended with the object.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // What a file may ask for at most, whatever the library does: the machine must survive the run.
    private const string HeapLimit = "0x40000000"; // 1 GiB, hexadecimal as the runtime reads it
    private const int AddressSpaceKilobytes = 12 << 20;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Starts a child and waits until it is ready.</summary>
    public static WorkerProcess Start(string folder, int seed)
    {
        string[] command = ["exec", typeof(WorkerProcess).Assembly.Location, "mutate-worker", folder, seed.ToString(CultureInfo.InvariantCulture)];
        string host = Environment.ProcessPath is string path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new(host, command)
            : new("/bin/sh", ["-c", $"ulimit -v {AddressSpaceKilobytes}; exec \"$@\"", "sh", host, .. command]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        WorkerProcess worker = new(Process.Start(start)!);
        worker._process.ErrorDataReceived += (_, line) =>
        {
            lock (worker._errors)
            {
                worker._errors.AppendLine(line.Data);
            }
        };
        worker._process.BeginErrorReadLine();
        return worker._process.StandardOutput.ReadLine() == "ready"
            ? worker
            : throw new InvalidOperationException($"the worker did not start: {worker.Errors()}");
    }

    /// <summary>Runs one case.</summary>
    /// <param name="number">The case.</param>
    /// <param name="patience">After this the process counts as hanging and is ended.</param>
    public CaseResult Run(int number, TimeSpan patience)
    {
        Task<string?> answer = Task.Run(() =>
        {
            _process.StandardInput.WriteLine(number.ToString(CultureInfo.InvariantCulture));
            _process.StandardInput.Flush();
            return _process.StandardOutput.ReadLine();
        });
        bool isInTime;
        try
        {
            // In ticks, so that a pause of the whole process group is no hang.
            int ticks = 0;
            while (!(isInTime = answer.Wait(Tick)) && ticks < patience / Tick)
            {
                ticks++;
            }
        }
        catch (AggregateException e) when (e.InnerException is IOException)
        {
            isInTime = true;
            answer = Task.FromResult<string?>(null);
        }

        if (isInTime && answer.Result is string line)
        {
            return JsonSerializer.Deserialize<CaseResult>(line)!;
        }

        if (!isInTime)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        return new CaseResult(
            number, isInTime ? Outcome.Crash : Outcome.Hang, 0, 0, isInTime ? $"exit code {_process.ExitCode}: {Errors()}" : "no answer in time");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(5000))
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private string Errors()
    {
        lock (_errors)
        {
            string text = _errors.ToString().ReplaceLineEndings(" ").Trim();
            return text.Length > 600 ? text[..600] : text;
        }
    }
}
