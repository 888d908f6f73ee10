namespace SparseRefine.Training;

/// <summary>Settings of <see cref="AdamW"/>. Immutable; a value out of range is an <see cref="ArgumentException"/> where it is set.</summary>
internal sealed class AdamWOptions
{
    /// <summary>Decay of the gradients' running mean, 0 or more and below 1.</summary>
    public double Beta1 { get; init => field = Checked.That(value, value is >= 0 and < 1, "a number from 0 and below 1"); } = 0.9;

    /// <summary>Decay of the squared gradients' running mean, 0 or more and below 1.</summary>
    public double Beta2 { get; init => field = Checked.That(value, value is >= 0 and < 1, "a number from 0 and below 1"); } = 0.999;

    /// <summary>What keeps the division finite, above 0.</summary>
    public double Epsilon { get; init => field = Checked.That(value, value > 0 && double.IsFinite(value), "a finite number above 0"); } = 1e-8;

    /// <summary>Share of a decayed parameter that a step of rate 1 takes away, 0 or more.</summary>
    public double WeightDecay { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "a finite number of at least 0"); } = 0.05;
}
