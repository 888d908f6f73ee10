namespace SparseRefine.Ensemblers;

/// <summary>Sizes of a <see cref="GatedEnsembler"/>. Immutable.</summary>
internal sealed class GatedEnsemblerOptions
{
    /// <summary>Sets the sizes.</summary>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <param name="hidden">Hidden units, at least 2.</param>
    /// <param name="gateForm">How the gate's output becomes the two weights.</param>
    /// <param name="hasMerge">Whether the weighted logits pass through the paper's last two linears.</param>
    /// <exception cref="ArgumentException">A size out of range, or another form.</exception>
    public GatedEnsemblerOptions(int classes, int hidden = 64, GateForm gateForm = GateForm.Softmax, bool hasMerge = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 2);
        if (!Enum.IsDefined(gateForm))
        {
            throw new ArgumentException($"gateForm: expected Softmax or Sigmoid, got {gateForm}", nameof(gateForm));
        }

        Classes = classes;
        Hidden = hidden;
        GateForm = gateForm;
        HasMerge = hasMerge;
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Hidden units of the gate and, unless 2 x classes is larger, of the last two linears.</summary>
    public int Hidden { get; }

    /// <summary>How the gate's output becomes the two weights.</summary>
    public GateForm GateForm { get; }

    /// <summary>
    /// Whether the weighted logits pass through the paper's last two linears, linear C -> H' -> relu -> linear H' -> C. With few photos they learn which classes
    /// the training photos hold, and call others so: gates are trained without them, and files that have them keep them.
    /// </summary>
    public bool HasMerge { get; }
}
