using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Onnx.Sessions;

/// <summary>The memory that ONNX Runtime keeps on the CPU from run to run: as much as all runs at once ever took.</summary>
internal static class SessionMemory
{
    // onnxruntime_run_options_config_keys.h; the CPU has one arena.
    private const string ShrinkKey = "memory.enable_memory_arena_shrinkage";

    /// <summary>
    /// Gives what no run uses back to the system. ONNX Runtime does so at the end of a run only, also of one that is told to end before its first node: nothing is computed.
    /// </summary>
    /// <param name="session">Runs may be in flight.</param>
    /// <param name="name">The input's name.</param>
    /// <param name="input">An input of any size that the graph takes.</param>
    public static void Shrink(InferenceSession session, string name, OrtValue input)
    {
        using RunOptions options = new() { Terminate = true, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddRunConfigEntry(ShrinkKey, "cpu:0");
        try
        {
            session.Run(options, [name], [input], session.OutputNames).Dispose();
        }
        catch (OnnxRuntimeException)
        {
            // The run was told to fail.
        }
    }
}
