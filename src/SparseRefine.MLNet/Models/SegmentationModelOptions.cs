using Microsoft.ML;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>How a <see cref="SegmentationModel"/> is opened: matters of the machine, which no model file keeps. Immutable.</summary>
public sealed record SegmentationModelOptions
{
    /// <summary>
    /// The context whose <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/> hold, and whose log is told; null: one of
    /// the model's own, and the CPU.
    /// </summary>
    public MLContext? Context { get; init; }

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
