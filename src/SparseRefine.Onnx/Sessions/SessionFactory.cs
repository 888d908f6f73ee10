using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Kernels;
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
        _ = NativeRuntime.Environment;
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
            return (Create(file, options, null, isSparing: options.SparesMemory && !MemoryLimit.IsSet), "CPU", reason);
        }
        catch (Exception e) when (IsRuntimeError(e))
        {
            throw new InvalidInputException(
                file.Name, "an ONNX file that ONNX Runtime can load", OneLine.Of(e), e);
        }
    }

    /// <summary>Opens a second session on the CPU that gives memory back as soon as a value is not needed any more.</summary>
    /// <remarks>
    /// The usual one keeps what it took for the next run, in blocks of powers of two that fit what follows badly: 5.7 GB instead of 3.1 for an input of 2352x3520 and the
    /// sample model, for good. Without, the system clears each value's memory anew, a fifth of a run's time. Concatenations of channels, often the largest of all values, are taken
    /// out of the graph (<see cref="ConcatRule"/>): 2.1 GB; scores may differ in the last bits.
    /// </remarks>
    /// <param name="file">The model.</param>
    /// <param name="options">Threads.</param>
    /// <returns>The session, which the caller disposes.</returns>
    public static InferenceSession OpenSparing(OnnxFile file, DenseModelOptions options) => Create(file, options, null, isSparing: true);

    // A runtime without CUDA lacks the entry point; one with it may lack CUDA's own libraries.
    private static bool IsRuntimeError(Exception e) =>
        e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException;

    /// <summary>What every session is opened with.</summary>
    /// <param name="threads">Threads; 0 means all processors.</param>
    /// <returns>The options, which the caller disposes.</returns>
    internal static SessionOptions Options(int threads)
    {
        SessionOptions options = new()
        {
            // Left to itself ONNX Runtime takes the machine's cores, whatever share of them a container may use; .NET's count of processors follows the quota.
            IntraOpNumThreads = new Workers(threads).Threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // ONNX Runtime's threads spin while they wait for work, which pays within a run; between two runs they would take processor time from the refiner.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        MemoryLimit.Apply(options);
        return options;
    }

    private static InferenceSession Create(OnnxFile file, DenseModelOptions options, int? device, bool isSparing = false)
    {
        using SessionOptions sessionOptions = Options(options.IntraOpNumThreads);
        sessionOptions.EnableCpuMemArena = !isSparing;
        sessionOptions.EnableMemoryPattern = !isSparing;
        if (device is int id)
        {
            sessionOptions.AppendExecutionProvider_CUDA(id);
        }

        options.ConfigureSession?.Invoke(sessionOptions);

        return file.HasExternalData && file.Path is not null
            ? new InferenceSession(file.Path, sessionOptions)
            : new InferenceSession((isSparing ? ConcatRule.Split(file.Model)?.ToByteArray() : null) ?? file.Bytes, sessionOptions);
    }
}
