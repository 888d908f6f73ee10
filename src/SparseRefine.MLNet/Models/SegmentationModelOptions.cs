using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>How a <see cref="SegmentationModel"/> is opened: matters of the machine, which no model file keeps. Immutable.</summary>
public sealed record SegmentationModelOptions
{
    /// <summary>
    /// The context whose <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/> hold, and whose log is told; null: one of
    /// the model's own, and the CPU.
    /// </summary>
    public MLContext? Context { get; init; }

    /// <summary>
    /// Where the model runs. On a GPU a dense model and the refiner behind it are one ONNX graph (as <see cref="SegmentationModel.ExportOnnx(string, OnnxExportOptions?)"/> writes
    /// it): the photo goes up, the labels come down. A pipeline with other people's transformers has its dense model there alone. Null: as <see cref="Context"/> says, where it names a
    /// GPU, else as the model's file does where that GPU is there, else the CPU.
    /// </summary>
    /// <example><c>SegmentationModel.Load("m.sparserefine", new() { ExecutionProvider = ExecutionProvider.Auto })</c></example>
    /// <exception cref="ArgumentException">Another value.</exception>
    public ExecutionProvider? ExecutionProvider { get; init => field = value is null ? null : Checked.Defined(value.Value); }

    /// <summary>Which GPU; null: as <see cref="Context"/> says, else as the model's file does, else the first, 0.</summary>
    /// <exception cref="ArgumentException">A negative value.</exception>
    public int? GpuDeviceId { get; init => field = Checked.That(value, value is null or >= 0, "0 or more"); }

    /// <summary>
    /// Is given the options of each ONNX Runtime session before it is opened, to add another execution provider (DirectML, CoreML, OpenVINO, TensorRT); the model then runs as one graph in
    /// such a session, as on a GPU. Null: nothing is added.
    /// </summary>
    /// <example><c>new SegmentationModelOptions { ConfigureSession = session => session.AppendExecutionProvider_DML(0) }</c></example>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Threads of ONNX Runtime and of the refiner; 0 (unless set) takes all processors. The refiner's answers do not depend on it.</summary>
    /// <exception cref="ArgumentException">A negative value.</exception>
    public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>Photos with more pixels are refused by their header, before memory is taken for them; <see cref="PhotoProbe.AffordablePixels"/> unless set.</summary>
    /// <exception cref="ArgumentException">A value below 1.</exception>
    public long MaxPixels { get; init => field = Checked.That(value, value >= 1, "1 or more"); } = PhotoProbe.AffordablePixels;

    /// <summary>
    /// Simple names (<c>My.Mappings</c>) of assemblies that a model file may name beside ML.NET's own: where an own <c>CustomMapping</c> or transformer comes from. ML.NET
    /// loads them and runs their code. Empty unless set: a file that names another is refused.
    /// </summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public IReadOnlyList<string> AllowedAssemblies
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
        }
    } = [];
}
