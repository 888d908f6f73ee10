using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace SparseRefine.Benchmarks.Harness;

/// <summary>The processor, for file names and headings.</summary>
internal static partial class Cpu
{
    /// <summary>Brand, family and model where Linux tells them.</summary>
    public static string Name
    {
        get
        {
            const string Info = "/proc/cpuinfo";
            if (!File.Exists(Info))
            {
                return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
            }

            string[] lines = File.ReadAllLines(Info);
            string Field(string key) => lines.FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?";
            return $"{Field("model name")} (family {Field("cpu family")}, model {Field("model\t")})";
        }
    }

    /// <summary>The name as a file's.</summary>
    public static string FileName => NotInNames().Replace(Name.ToLowerInvariant(), "-").Trim('-');

    /// <summary>Bits of the widest vectors.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
