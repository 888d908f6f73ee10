using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;

namespace SparseRefine.Onnx;

/// <summary>
/// How a <see cref="DenseModel"/> sees photos and where it runs. Immutable; each value is checked when it is set, and those
/// that must fit each other when a model is made.
/// </summary>
public record DenseModelOptions
{
    /// <summary>
    /// As <see cref="FeatureOutputName"/>, "auto": of the values that go, directly or not, into a layer with weights (Conv, ConvTranspose, MatMul, Gemm,
    /// Einsum) on the way from the photo to the scores, the last one, in the graph's order, that is float32 or float16 of four axes, has 8 channels or
    /// more and planes in the input's proportions, of a quarter of the input's sides or more and not above the input's own.
    /// </summary>
    public const string AutoFeatures = "auto";

    /// <summary>
    /// Side of what the model sees / side of the photo, 0 &lt; scale &lt;= 4; 0.5 unless set. Not used where the model has a
    /// fixed size or <see cref="Height"/> and <see cref="Width"/> are given. Null: a size must be given.
    /// </summary>
    /// <exception cref="ArgumentException">A value out of range or NaN.</exception>
    public double? Scale { get; init => field = Checked.That(value, value is null or (> 0 and <= 4), "0 < scale <= 4"); } = 0.5;

    /// <summary>Rows that the model sees, for every photo; null: from <see cref="Scale"/>. Goes with <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentException">A value below 1 or above 65535.</exception>
    public int? Height { get; init => field = Side(value); }

    /// <summary>Columns that the model sees, for every photo; null: from <see cref="Scale"/>. Goes with <see cref="Height"/>.</summary>
    /// <exception cref="ArgumentException">A value below 1 or above 65535.</exception>
    public int? Width { get; init => field = Side(value); }

    /// <summary>
    /// A side that comes from <see cref="Scale"/> is rounded to the nearest multiple of this (halves up, at least one
    /// multiple), and the whole photo is resized to the rounded size: nothing is padded or cut, so the two sides' ratios may
    /// differ a little. 32 unless set; 1 for models that take any size.
    /// </summary>
    /// <exception cref="ArgumentException">A value below 1 or above 1024.</exception>
    public int SizeMultiple { get; init => field = Checked.That(value, value is >= 1 and <= 1024, "1 to 1024"); } = 32;

    /// <summary>
    /// Subtracted from red, green, blue (in this order, whatever <see cref="ChannelOrder"/> says), on the 0..255 scale;
    /// ImageNet's means unless set. Not used for models that take uint8.
    /// </summary>
    /// <exception cref="ArgumentException">Not three finite values.</exception>
    public IReadOnlyList<float> Mean { get; init => field = Triple(value, float.IsFinite); } = [123.675f, 116.28f, 103.53f];

    /// <summary>
    /// What red, green, blue are divided by after <see cref="Mean"/> is subtracted; ImageNet's deviations unless set. Not
    /// used for models that take uint8.
    /// </summary>
    /// <exception cref="ArgumentException">Not three finite values above 0.</exception>
    public IReadOnlyList<float> Std { get; init => field = Triple(value, v => v > 0 && float.IsFinite(v)); } = [58.395f, 57.12f, 57.375f];

    /// <summary>Order of the planes that the model expects.</summary>
    public ChannelOrder ChannelOrder { get; init => field = Checked.Defined(value); } = ChannelOrder.Rgb;

    /// <summary>
    /// How photos are resized. <see cref="Interpolation.Area"/> (unless set) is the exact mean of the covered area, also for
    /// fractional ratios, on a side that shrinks, and bilinear on a side that grows. <see cref="Interpolation.Bilinear"/>
    /// looks at two pixels a side however strong the shrinking.
    /// </summary>
    public Interpolation Interpolation { get; init => field = Checked.Defined(value); } = Interpolation.Area;

    /// <summary>What the scores mean.</summary>
    public ScoreKind ScoreKind { get; init => field = Checked.Defined(value); } = ScoreKind.Auto;

    /// <summary>Threads that ONNX Runtime and the resizing may use; 0 means all processors.</summary>
    /// <exception cref="ArgumentException">A negative value.</exception>
    public int IntraOpNumThreads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>
    /// Whether ONNX Runtime gives the memory of a value back as soon as it is not needed any more, rather than keep it for the next run: a photo of 8 megapixels at full resolution
    /// takes a U-Net of 16 channels 3.2 GB rather than 8, and nothing once it is done, in half as much time again. For large inputs that are not run for their time's sake, such as
    /// those of a teacher. A GPU's memory, and what <c>SPARSEREFINE_ORT_MEMORY_MB</c> limits, stays as it is.
    /// </summary>
    /// <example><c>new DenseModelOptions { Scale = 1, SparesMemory = true }</c></example>
    public bool SparesMemory { get; init; }

    /// <summary>The CUDA device to run on; null: the CPU.</summary>
    /// <exception cref="ArgumentException">A negative value.</exception>
    public int? GpuDeviceId { get; init => field = Checked.That(value, value is null or >= 0, "0 or more"); }

    /// <summary>
    /// Whether the CPU serves where <see cref="GpuDeviceId"/> cannot; otherwise that is an error. Null: as false; in an ML.NET pipeline as the
    /// MLContext says.
    /// </summary>
    public bool? FallbackToCpu { get; init; }

    /// <summary>
    /// Is given the options of each session before it is opened, to add an execution provider to or to set what ONNX Runtime has beyond this library's own options; null: nothing.
    /// It is no part of a saved model.
    /// </summary>
    /// <example><c>new DenseModelOptions { ConfigureSession = session => session.AppendExecutionProvider("WebGPU") }</c></example>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>The model's image input; null: its only input.</summary>
    public string? InputName { get; init; }

    /// <summary>The model's score output; null: its only output that could be one, of four axes and floating-point values.</summary>
    public string? OutputName { get; init; }

    /// <summary>Where the colors stand in the model's input.</summary>
    public TensorLayout InputLayout { get; init => field = Checked.Defined(value); } = TensorLayout.Auto;

    /// <summary>Where the classes stand in the model's scores.</summary>
    public TensorLayout OutputLayout { get; init => field = Checked.Defined(value); } = TensorLayout.Auto;

    /// <summary>
    /// A value of the graph, [N, D, h, w] or [N, h, w, D] of float32 or float16, whose D channels come with the logits as
    /// <see cref="Images.LogitMap.Features"/>, for the networks behind the model to read: an output, or an inner value where the file holds its own
    /// weights (the graph is changed in memory, not the file). <see cref="AutoFeatures"/>: found in the graph. Null: none.
    /// </summary>
    /// <example><c>new DenseModelOptions { FeatureOutputName = DenseModelOptions.AutoFeatures }</c></example>
    public string? FeatureOutputName { get; init; }

    /// <summary>Checks what the single setters cannot.</summary>
    internal void Validate() => Checked.That(
        $"{Text(Height)} and {Text(Width)}", Height.HasValue == Width.HasValue, "both or neither", "Height and Width");

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private static int? Side(int? value, [CallerMemberName] string name = "") =>
        Checked.That(value, value is null or (>= 1 and <= 65535), "1 to 65535", name);

    private static IReadOnlyList<float> Triple(IReadOnlyList<float> values, Func<float, bool> isValid, [CallerMemberName] string name = "") =>
        Array.AsReadOnly(Checked.That(
            Checked.Given(values, name), values.Count == 3 && values.All(isValid), "three values, finite and in range", name).ToArray());
}
