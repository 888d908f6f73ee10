using SparseRefine.Images;

namespace SparseRefine.Onnx;

/// <summary>
/// How a <see cref="DenseModel"/> sees photos and where it runs. Immutable; each value is checked when it is set, and those
/// that must fit each other when a model is made.
/// </summary>
public sealed record DenseModelOptions
{
    /// <summary>
    /// Side of what the model sees / side of the photo, 0 &lt; scale &lt;= 4; 0.5 unless set. Not used where the model has a
    /// fixed size or <see cref="Height"/> and <see cref="Width"/> are given. Null: a size must be given.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A value out of range or NaN.</exception>
    public double? Scale
    {
        get;
        init => field = value is null or (> 0 and <= 4)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Scale), $"Scale: expected 0 < scale <= 4, got {value}");
    } = 0.5;

    /// <summary>Rows that the model sees, for every photo; null: from <see cref="Scale"/>. Goes with <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value below 1 or above 65535.</exception>
    public int? Height
    {
        get;
        init => field = CheckedSide(value, nameof(Height));
    }

    /// <summary>Columns that the model sees, for every photo; null: from <see cref="Scale"/>. Goes with <see cref="Height"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value below 1 or above 65535.</exception>
    public int? Width
    {
        get;
        init => field = CheckedSide(value, nameof(Width));
    }

    /// <summary>
    /// A side that comes from <see cref="Scale"/> is rounded to the nearest multiple of this (halves up, at least one
    /// multiple), and the whole photo is resized to the rounded size: nothing is padded or cut, so the two sides' ratios may
    /// differ a little. 32 unless set; 1 for models that take any size.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A value below 1 or above 1024.</exception>
    public int SizeMultiple
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(SizeMultiple), $"SizeMultiple: expected 1 to 1024, got {value}");
    } = 32;

    /// <summary>
    /// Subtracted from red, green, blue (in this order, whatever <see cref="ChannelOrder"/> says), on the 0..255 scale;
    /// ImageNet's means unless set. Not used for models that take uint8.
    /// </summary>
    /// <exception cref="ArgumentException">Not three finite values.</exception>
    public IReadOnlyList<float> Mean
    {
        get;
        init => field = CheckedTriple(value, nameof(Mean), _ => true);
    } = [123.675f, 116.28f, 103.53f];

    /// <summary>
    /// What red, green, blue are divided by after <see cref="Mean"/> is subtracted; ImageNet's deviations unless set. Not
    /// used for models that take uint8.
    /// </summary>
    /// <exception cref="ArgumentException">Not three finite values above 0.</exception>
    public IReadOnlyList<float> Std
    {
        get;
        init => field = CheckedTriple(value, nameof(Std), v => v > 0);
    } = [58.395f, 57.12f, 57.375f];

    /// <summary>Order of the planes that the model expects.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>
    /// How photos are resized. <see cref="Interpolation.Area"/> (unless set) is the exact mean of the covered area, also for
    /// fractional ratios, on a side that shrinks, and bilinear on a side that grows. <see cref="Interpolation.Bilinear"/>
    /// looks at two pixels a side however strong the shrinking.
    /// </summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Area;

    /// <summary>What the scores mean.</summary>
    public ScoreKind ScoreKind { get; init; } = ScoreKind.Auto;

    /// <summary>Threads that ONNX Runtime and the resizing may use; 0 means all processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative value.</exception>
    public int IntraOpNumThreads
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(IntraOpNumThreads), $"IntraOpNumThreads: expected 0 or more, got {value}");
    }

    /// <summary>The CUDA device to run on; null: the CPU.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative value.</exception>
    public int? GpuDeviceId
    {
        get;
        init => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(GpuDeviceId), $"GpuDeviceId: expected 0 or more, got {value}");
    }

    /// <summary>
    /// Whether the CPU serves where <see cref="GpuDeviceId"/> cannot; otherwise that is an error. Null: as false; in an ML.NET pipeline as the
    /// MLContext says.
    /// </summary>
    public bool? FallbackToCpu { get; init; }

    /// <summary>The model's image input; null: its only input.</summary>
    public string? InputName { get; init; }

    /// <summary>The model's score output; null: the first [N, C, h, w] output of floating-point values.</summary>
    public string? OutputName { get; init; }

    /// <summary>
    /// A value of the graph, [N, D, h, w] of floating point, whose D channels come with the logits as <see cref="Images.LogitMap.Features"/>: an
    /// output, or an inner value where the file holds its own weights. Null: none.
    /// </summary>
    public string? FeatureOutputName { get; init; }

    /// <summary>Checks what the single setters cannot.</summary>
    internal void Validate()
    {
        if (Height.HasValue != Width.HasValue)
        {
            throw new ArgumentException(
                $"Height and Width: expected both or neither, got {Text(Height)} and {Text(Width)}");
        }

        CheckEnum(ChannelOrder, nameof(ChannelOrder));
        CheckEnum(Interpolation, nameof(Interpolation));
        CheckEnum(ScoreKind, nameof(ScoreKind));
    }

    private static string Text(int? value) => value?.ToString() ?? "none";

    private static void CheckEnum<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentException($"{name}: expected one of {string.Join(", ", Enum.GetNames<T>())}, got {value}");
        }
    }

    private static int? CheckedSide(int? value, string name) => value is null or (>= 1 and <= 65535)
        ? value
        : throw new ArgumentOutOfRangeException(name, $"{name}: expected 1 to 65535, got {value}");

    private static IReadOnlyList<float> CheckedTriple(IReadOnlyList<float> values, string name, Func<float, bool> isValid)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count != 3 || !values.All(v => float.IsFinite(v) && isValid(v)))
        {
            throw new ArgumentException(
                $"{name}: expected three values, finite and in range, got [{string.Join(", ", values)}]", name);
        }

        return Array.AsReadOnly(values.ToArray());
    }
}
