using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>Where a model runs, as its opener says: matters that no model file decides.</summary>
/// <param name="Threads">Threads; 0 takes all processors.</param>
/// <param name="Provider">CPU or GPU; null: as the file says, and the CPU where that cannot be.</param>
/// <param name="GpuDeviceId">Which GPU; null: the file's, else the first.</param>
/// <param name="ConfigureSession">Is given the options of each session.</param>
internal sealed record Machine(int Threads, ExecutionProvider? Provider, int? GpuDeviceId, Action<SessionOptions>? ConfigureSession)
{
    /// <summary>What an MLContext says, and before it a model's options.</summary>
    /// <exception cref="InvalidInputException">The options want a GPU, and CUDA cannot be used.</exception>
    public static Machine Of(MLContext context, SegmentationModelOptions? options = null)
    {
        if (options?.ExecutionProvider == ExecutionProvider.Cuda && DenseModel.CudaProblem is string problem)
        {
            throw new InvalidInputException(nameof(SegmentationModelOptions.ExecutionProvider), "CUDA, as it is Cuda and not Auto", problem);
        }

        int? device = options?.GpuDeviceId ?? context.GpuDeviceId;
        ExecutionProvider? asked = device is null ? null : context.FallbackToCpu ? ExecutionProvider.Auto : ExecutionProvider.Cuda;
        return new(options?.Threads ?? 0, options?.ExecutionProvider ?? asked, device, options?.ConfigureSession);
    }

    /// <summary>The options that say where a dense model, or the graph of a whole one, runs.</summary>
    /// <param name="sees">How it sees photos, and where it was told to run when it was made.</param>
    public DenseModelOptions Place(DenseModelOptions sees) => sees with
    {
        GpuDeviceId = Provider == ExecutionProvider.Cpu ? null : Provider is null ? sees.GpuDeviceId : GpuDeviceId ?? sees.GpuDeviceId ?? 0,
        FallbackToCpu = Provider is null ? sees.FallbackToCpu : Provider == ExecutionProvider.Auto,
        ConfigureSession = ConfigureSession ?? sees.ConfigureSession,
    };
}
