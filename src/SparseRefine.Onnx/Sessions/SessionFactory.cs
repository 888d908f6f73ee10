using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Opens ONNX Runtime sessions and turns its errors into ours.</summary>
internal static class SessionFactory
{
    /// <summary>Opens a session on the GPU if asked, on the CPU otherwise or as a fallback.</summary>
    /// <param name="file">The model.</param>
    /// <param name="options">Threads and device.</param>
    /// <returns>The session, which the caller disposes, "CUDA" or "CPU", and why it is not the GPU that was asked for, if so.</returns>
    public static (InferenceSession Session, string Provider, string? FallbackReason) Open(OnnxFile file, DenseModelOptions options)
    {
        string? reason = null;
        if (options.GpuDeviceId is int device)
        {
            try
            {
                return (Create(file, options, device), "CUDA", null);
            }
            catch (Exception e) when (IsRuntimeError(e))
            {
                if (options.FallbackToCpu != true)
                {
                    throw new InvalidInputException(
                        file.Name, $"CUDA device {device} (GpuDeviceId, no fallback)", OneLine.Of(e), e);
                }

                reason = $"expected CUDA device {device}, got {OneLine.Of(e)}";
            }
        }

        try
        {
            return (Create(file, options, null), "CPU", reason);
        }
        catch (Exception e) when (IsRuntimeError(e))
        {
            throw new InvalidInputException(
                file.Name, "an ONNX file that ONNX Runtime can load", OneLine.Of(e), e);
        }
    }

    // A runtime without CUDA lacks the entry point; one with it may lack CUDA's own libraries.
    private static bool IsRuntimeError(Exception e) =>
        e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException;

    private static InferenceSession Create(OnnxFile file, DenseModelOptions options, int? device)
    {
        using var sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = options.IntraOpNumThreads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // ONNX Runtime's threads spin while they wait for work, which pays within a run; between two runs they would take processor time from the refiner.
        sessionOptions.AddSessionConfigEntry("session.force_spinning_stop", "1");
        MemoryLimit.Apply(sessionOptions);
        if (device is int id)
        {
            sessionOptions.AppendExecutionProvider_CUDA(id);
        }

        return file.HasExternalData && file.Path is not null
            ? new InferenceSession(file.Path, sessionOptions)
            : new InferenceSession(file.Bytes, sessionOptions);
    }
}
