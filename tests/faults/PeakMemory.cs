using System.Diagnostics;
using System.Globalization;

namespace SparseRefine.Faults;

/// <summary>The most resident memory that this process has had, since the last reset where the system can do that (Linux).</summary>
internal static class PeakMemory
{
    /// <summary>Starts anew.</summary>
    public static void Reset()
    {
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    /// <summary>The peak, megabytes.</summary>
    public static double Megabytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            using Process self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64 / 1048576.0;
        }

        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
