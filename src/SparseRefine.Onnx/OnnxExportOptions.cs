namespace SparseRefine.Onnx;

/// <summary>What an exported graph takes and gives. Immutable; each value is checked when it is set.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The oldest operator set that graphs are written in.</summary>
    public const int OldestOperatorSet = 17;

    /// <summary>The newest operator set that graphs are written in: the newest that ONNX Runtime 1.31 takes.</summary>
    public const int NewestOperatorSet = 26;

    /// <summary><see cref="BlockValues"/> unless set.</summary>
    public const int DefaultBlockValues = 1 << 20;

    /// <summary>What comes in.</summary>
    /// <exception cref="ArgumentException">Another value.</exception>
    public OnnxInput Input { get; init => field = Checked.Defined(value); }

    /// <summary>What goes out beside the labels.</summary>
    public OnnxOutputs Outputs { get; init; }

    /// <summary>Rows of every photo; null: any. Goes with <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentException">A value below 1 or above 65535.</exception>
    public int? Height { get; init => field = Checked.That(value, value is null or (>= 1 and <= 65535), "1 to 65535"); }

    /// <summary>Columns of every photo; null: any. Goes with <see cref="Height"/>.</summary>
    /// <exception cref="ArgumentException">A value below 1 or above 65535.</exception>
    public int? Width { get; init => field = Checked.That(value, value is null or (>= 1 and <= 65535), "1 to 65535"); }

    /// <summary>The version of the operators, 17 to 26; null: 17 (18 for a random selector), or the dense model's own where that is newer.</summary>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public int? OperatorSet
    {
        get;
        init => field = Checked.That(
            value, value is null or (>= OldestOperatorSet and <= NewestOperatorSet), $"{OldestOperatorSet} to {NewestOperatorSet}");
    }

    /// <summary>
    /// Whether dense model and sparse network compute in half precision, for GPUs. Resizing, selection and merging stay in single precision. Labels may differ a little; on a CPU it is
    /// slower.
    /// </summary>
    public bool Float16 { get; init; }

    /// <summary>
    /// Floats of one tensor that the graph's loops over bands of the photo and chunks of selected pixels make at a time, 65,536 to 268,435,456; <see cref="DefaultBlockValues"/> unless set, which suits a
    /// processor's cache. A GPU is busier with 16,777,216 (64 MB a tensor) and more.
    /// </summary>
    /// <exception cref="ArgumentException">A value out of range.</exception>
    public int BlockValues { get; init => field = Checked.That(value, value is >= 1 << 16 and <= 1 << 28, "65536 to 268435456"); } = DefaultBlockValues;

    /// <summary>Under which license the graph may be used: a text for its metadata; null: nothing is said beyond what the dense model's file says.</summary>
    public string? License { get; init; }

    /// <summary>Checks what the single setters cannot.</summary>
    internal void Validate() =>
        Checked.That($"{Height?.ToString() ?? "none"} and {Width?.ToString() ?? "none"}", Height.HasValue == Width.HasValue, "both or neither", "Height and Width");
}
