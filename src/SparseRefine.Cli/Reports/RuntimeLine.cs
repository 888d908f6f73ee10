using System.Reflection;
using Microsoft.ML;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Reports;

/// <summary>Says on what the tool runs.</summary>
internal static class RuntimeLine
{
    /// <summary>ML.NET's assembly and version, and ONNX Runtime's, in one line.</summary>
    public static string Text => $"ML.NET: {MLNet(typeof(MLContext).Assembly)}; {DenseModel.RuntimeDescription}";

    private static string MLNet(Assembly assembly)
    {
        // Microsoft.ML is a package of many assemblies (MLContext lives in Microsoft.ML.Data); its name is the one users know.
        string name = assembly.GetName().Name ?? "unknown";
        name = name.StartsWith("Microsoft.ML.", StringComparison.Ordinal) ? "Microsoft.ML" : name;
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return $"{name} {version?.Split('+')[0] ?? assembly.GetName().Version?.ToString(3)}";
    }
}
