using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// What <see cref="TrainingLoop"/> trains. What a step sees and draws depends on the seed, the epoch and the step alone, so a
/// training can be taken up again at any step.
/// </summary>
internal abstract class TrainingTask(TrainerOptions options) : IDisposable
{
    public TrainerOptions Options { get; } = options;

    public Workers Workers { get; } = new(options.Threads);

    /// <summary>Weights and running statistics, in a fixed order.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    public abstract int StepsPerEpoch { get; }

    /// <summary>One forward and backward pass onto gradients of zero.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 0 within the epoch.</param>
    public abstract StepOutcome Step(int epoch, int step);

    /// <summary>The answers on the validation photos.</summary>
    public abstract TaskValidation Validate(CancellationToken cancellation);

    /// <summary>The dense model's answer on the validation photos, which training has to beat; null where a dense network is trained.</summary>
    public virtual TaskValidation? ValidateDense(CancellationToken cancellation) => null;

    /// <summary>All that decides the weights, for a checkpoint to be compared with. Called before the first step.</summary>
    public abstract TrainingIdentity Identify();

    /// <summary>Waits for what is being read ahead.</summary>
    public abstract void Dispose();

    protected float[]? ClassWeights(int classes)
    {
        float[]? weights = Options.ClassWeights?.ToArray();
        return weights is null || weights.Length == classes
            ? weights
            : throw new ArgumentException($"ClassWeights: expected {classes} values, one a class, got {weights.Length}");
    }

    /// <summary>The random crops, scales, mirrorings and colors that the options ask for.</summary>
    protected Augmentation CreateAugmentation() => new(new AugmentationOptions
    {
        MinScale = Options.MinScale,
        MaxScale = Options.MaxScale,
        CropHeight = Options.CropHeight,
        CropWidth = Options.CropWidth,
        WholePhotos = Options.WholePhotos,
        Flip = Options.Flip,
        VerticalFlip = Options.VerticalFlip,
        Photometric = Options.Photometric > 0 ? new PhotometricOptions().Times(Options.Photometric) : null,
        IgnoreIndex = Options.IgnoreIndex,
    });

    protected static void ThrowIfEmpty(int count, string name)
    {
        if (count == 0)
        {
            throw new ArgumentException($"{name}: expected at least one photo, got none", name);
        }
    }
}
