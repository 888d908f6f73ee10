namespace SparseRefine.Training;

/// <summary>Settings of <see cref="AdamW"/>. Immutable; each value is checked when it is set.</summary>
internal sealed class AdamWOptions
{
    /// <summary>Decay of the gradients' running mean, 0 or more and below 1.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double Beta1 { get; init => field = Share(value, nameof(Beta1)); } = 0.9;

    /// <summary>Decay of the squared gradients' running mean, 0 or more and below 1.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double Beta2 { get; init => field = Share(value, nameof(Beta2)); } = 0.999;

    /// <summary>What keeps the division finite, above 0.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double Epsilon
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"Epsilon: expected a finite number above 0, got {value}", nameof(Epsilon));
    }

    = 1e-8;

    /// <summary>Share of a decayed parameter that a step of rate 1 takes away, 0 or more.</summary>
    /// <exception cref="ArgumentException">Out of range.</exception>
    public double WeightDecay
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException(
                $"WeightDecay: expected a finite number of at least 0, got {value}", nameof(WeightDecay));
    }

    = 0.05;

    private static double Share(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentException($"{name}: expected a number from 0 and below 1, got {value}", name);
}
