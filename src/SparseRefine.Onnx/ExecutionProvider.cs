namespace SparseRefine.Onnx;

/// <summary>Which of ONNX Runtime's execution providers a model runs on.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU: the dense model through ONNX Runtime, everything behind it in the engine.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, from photo to labels; an error where there is none. Needs the package Microsoft.ML.OnnxRuntime.Gpu, CUDA and cuDNN.</summary>
    Cuda,

    /// <summary>As <see cref="Cuda"/> where that can be had, else as <see cref="Cpu"/>.</summary>
    Auto,
}
