using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Onnx.Sessions;

/// <summary>ONNX Runtime's native library, which no package of ours brings: the program chooses the one for its machine.</summary>
internal static class NativeRuntime
{
    /// <summary>The runtime's environment; the first call of a process loads the library.</summary>
    /// <exception cref="DllNotFoundException">There is no such library, or not the version that the managed binding needs.</exception>
    public static OrtEnv Environment
    {
        get
        {
            try
            {
                return OrtEnv.Instance();
            }
            catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
            {
                // The loader's own message lists a dozen paths and names no package.
                string binding = typeof(OrtEnv).Assembly.GetName().Version!.ToString(3);
                throw new DllNotFoundException(
                    "ONNX Runtime: expected its native library, got none that loads; add the package "
                    + $"Microsoft.ML.OnnxRuntime {binding} (dotnet add package Microsoft.ML.OnnxRuntime --version {binding}), or Microsoft.ML.OnnxRuntime.Gpu for CUDA, to the program, in that version",
                    e);
            }
        }
    }
}
