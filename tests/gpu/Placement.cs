using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Gpu;

/// <summary>Which provider ran the nodes of a graph, as ONNX Runtime's profile tells.</summary>
internal static class Placement
{
    /// <summary>Runs a graph once under the profiler.</summary>
    /// <param name="graph">The file.</param>
    /// <param name="subject">Whose photo goes in.</param>
    /// <param name="photo">Red, green, blue.</param>
    /// <param name="isGpu">Whether it runs on the first CUDA device.</param>
    /// <returns>Runs of nodes by provider, and of those on the CPU the operators of the most time.</returns>
    public static string Describe(string graph, Subject subject, byte[] photo, bool isGpu)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"sparserefine-gpu-{Environment.ProcessId}");
        using SessionOptions options = new() { EnableProfiling = true, ProfileOutputPathPrefix = prefix, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (isGpu)
        {
            options.AppendExecutionProvider_CUDA(0);
        }

        using InferenceSession session = new(graph, options);
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(photo, [1, subject.Height, subject.Width, 3]);
        using RunOptions run = new();
        session.Run(run, ["image"], [image], session.OutputNames).Dispose();
        string file = session.EndProfiling();
        try
        {
            using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(file));
            (string Provider, string Operation, long Microseconds)[] nodes =
            [
                .. profile.RootElement.EnumerateArray()
                    .Where(line => line.GetProperty("cat").GetString() == "Node" && line.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
                    .Select(line => (line.GetProperty("args").GetProperty("provider").GetString()!, line.GetProperty("args").GetProperty("op_name").GetString()!, line.GetProperty("dur").GetInt64())),
            ];
            string counts = string.Join(", ", nodes.GroupBy(node => node.Provider).Select(group => $"{group.Key} {group.Count()} runs of nodes"));
            IEnumerable<string> slow = nodes.Where(node => node.Provider == "CPUExecutionProvider").GroupBy(node => node.Operation)
                .Select(group => (group.Key, Runs: group.Count(), Time: group.Sum(node => node.Microseconds)))
                .OrderByDescending(group => group.Time).Take(8).Select(group => $"{group.Key} x{group.Runs} {group.Time / 1000.0:0.0} ms");
            return $"{counts}; on the CPU most: {string.Join(", ", slow)}";
        }
        finally
        {
            File.Delete(file);
        }
    }
}
