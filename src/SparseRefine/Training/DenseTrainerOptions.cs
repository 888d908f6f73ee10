using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>How a <see cref="FeatureRefinementNetwork"/> is built and trained.</summary>
public sealed record DenseTrainerOptions
{
    /// <summary>Shape of the network; its number of classes is replaced by the data's.</summary>
    public FeatureRefinementOptions Network { get; init; } = new(2);

    /// <summary>
    /// Steps, crops, rates and the like. What it says of the sparse network and the gate (Features, Planes, Reps, Dropout, Gate,
    /// Interpolation) is not used.
    /// </summary>
    public RefinerTrainerOptions Training { get; init; } = new()
    {
        BatchSize = 8,
        LearningRate = 1e-3,
        AverageDecay = 0.99,
    };

    /// <summary>Weight of the pixel-contrastive term beside cross-entropy; 0 leaves it out.</summary>
    public double ContrastWeight { get; init; } = 0.1;

    /// <summary>Temperature of the contrastive term, 0.02 or more.</summary>
    public double ContrastTemperature { get; init; } = 0.1;

    /// <summary>Pixels of each class that a step compares, at least 2.</summary>
    public int ContrastPixels { get; init; } = 24;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value out of range, named.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Network);
        ArgumentNullException.ThrowIfNull(Training);
        Network.Validate();
        Training.Validate();
        if (Training.DiceWeight != 0)
        {
            throw new ArgumentException($"DiceWeight: expected 0, for dense networks have no Dice term, got {Training.DiceWeight}");
        }

        if (!(ContrastWeight >= 0 && double.IsFinite(ContrastWeight)))
        {
            throw new ArgumentException($"ContrastWeight: expected 0 or more, got {ContrastWeight}");
        }

        if (!(ContrastTemperature >= 0.02 && double.IsFinite(ContrastTemperature)))
        {
            throw new ArgumentException($"ContrastTemperature: expected 0.02 or more, got {ContrastTemperature}");
        }

        if (ContrastPixels < 2)
        {
            throw new ArgumentException($"ContrastPixels: expected at least 2, got {ContrastPixels}");
        }
    }
}
