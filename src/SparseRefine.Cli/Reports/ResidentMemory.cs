using System.Diagnostics;
using System.Globalization;

namespace SparseRefine.Cli.Reports;

/// <summary>Resident memory of this process, from /proc on Linux and from the system's counters elsewhere.</summary>
internal sealed class ResidentMemory
{
    private const string Status = "/proc/self/status";
    private long _peak;

    /// <summary>The largest value since the process began.</summary>
    public long Peak => _peak = Math.Max(_peak, Read("VmHWM:") ?? Process.GetCurrentProcess().PeakWorkingSet64);

    /// <summary>What some work needed beyond what was resident before it, at its largest.</summary>
    /// <param name="work">The work.</param>
    /// <returns>Bytes; null where the system cannot start its record anew.</returns>
    public long? Growth(Action work)
    {
        _ = Peak; // Kept: the record is about to start anew.
        bool isReset = TryReset();
        long? start = Read("VmRSS:");
        work();
        return isReset && start is long bytes ? Math.Max(0, Read("VmHWM:")!.Value - bytes) : null;
    }

    // Linux sets VmHWM back to VmRSS when 5 is written here.
    private static bool TryReset()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Read(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string? line = File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        string? kilobytes = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        return long.TryParse(kilobytes, CultureInfo.InvariantCulture, out long value) ? value * 1024 : null;
    }
}
