using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Finds out whether sessions can run on a GPU. A native package with the CUDA provider is no proof: CUDA and cuDNN are the machine's.</summary>
internal static class CudaProbe
{
    private static readonly Lazy<string?> FoundProblem = new(Look);

    /// <summary>Whether the native library was built with the CUDA provider.</summary>
    public static bool HasProvider => NativeRuntime.Environment.GetAvailableProviders().Contains("CUDAExecutionProvider");

    /// <summary>Why CUDA cannot be used, in one line; null where its libraries load. Found out once a process.</summary>
    public static string? Problem => FoundProblem.Value;

    private static string? Look()
    {
        if (!HasProvider)
        {
            return "this native package has no CUDA provider";
        }

        // The runtime writes a failure to the standard error stream as well, in red: the caller says it in its own words.
        OrtEnv runtime = NativeRuntime.Environment;
        OrtLoggingLevel level = runtime.EnvLogLevel;
        runtime.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        try
        {
            // Appending loads the provider's library and with it CUDA's own.
            using var options = new SessionOptions();
            options.AppendExecutionProvider_CUDA(0);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return OneLine.Of(e);
        }
        finally
        {
            runtime.EnvLogLevel = level;
        }
    }
}
