using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>What every training has: steps, crops, rates. Immutable; checked by <see cref="Validate"/>.</summary>
public abstract record TrainerOptions
{
    private protected TrainerOptions()
    {
    }

    /// <summary>Passes over the training photos.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>Crops a step.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Crops taken of each photo an epoch; more for photos much larger than a crop.</summary>
    public int CropsPerPhoto { get; init; } = 1;

    /// <summary>Rows of a crop.</summary>
    public int CropHeight { get; init; } = 512;

    /// <summary>Columns of a crop.</summary>
    public int CropWidth { get; init; } = 512;

    /// <summary>Smallest random scale of a photo.</summary>
    public double MinScale { get; init; } = 0.5;

    /// <summary>Largest random scale of a photo.</summary>
    public double MaxScale { get; init; } = 2;

    /// <summary>
    /// Train on whole photos: each is scaled until it just fits into the size of a crop, and what it leaves free is not labelled. The
    /// random scale is not used then.
    /// </summary>
    public bool WholePhotos { get; init; }

    /// <summary>Mirror photos left to right at random.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Mirror photos upside down at random; for pictures without an up.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Strength of random changes of brightness, contrast, saturation and hue, 0..1: a factor on the ranges of
    /// <see cref="PhotometricOptions"/>; 0 leaves colours alone.</summary>
    public double Photometric { get; init; } = 1;

    /// <summary>AdamW's base rate.</summary>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Share of all steps in which the rate rises to its base value.</summary>
    public double WarmupFraction { get; init; } = 0.05;

    /// <summary>Largest norm of all gradients together; larger ones are scaled down.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>Weight of each class in the cross-entropy; null means 1 each.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>
    /// Decay of the weights' moving average (<see cref="WeightAverage"/>) a step, 0..1; validation and what is fitted
    /// use the average. 0 uses the weights as they are.
    /// </summary>
    public double AverageDecay { get; init; }

    /// <summary>Label that no loss or metric counts.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    /// <summary>Epochs without a better validation mIoU after which training stops; 0 never stops early.</summary>
    public int Patience { get; init; }

    /// <summary>A validation mIoU counts as better, for <see cref="Patience"/>, where it is above the best by more than this.</summary>
    public double MinDelta { get; init; }

    /// <summary>Seed of weights, order and augmentation.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; 0 means all processors. The weights do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value out of range, named.</exception>
    public virtual void Validate()
    {
        Require(Epochs >= 1, nameof(Epochs), "at least 1", Epochs);
        Require(BatchSize >= 1, nameof(BatchSize), "at least 1", BatchSize);
        Require(CropsPerPhoto >= 1, nameof(CropsPerPhoto), "at least 1", CropsPerPhoto);
        Require(CropHeight >= 1 && CropWidth >= 1, "Crop", "at least 1x1", $"{CropHeight}x{CropWidth}");
        Require(MinScale > 0 && MaxScale >= MinScale, "MinScale, MaxScale", "0 < MinScale <= MaxScale", $"{MinScale}, {MaxScale}");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), "a positive number", LearningRate);
        Require(WeightDecay >= 0, nameof(WeightDecay), "0 or more", WeightDecay);
        Require(WarmupFraction is >= 0 and <= 1, nameof(WarmupFraction), "0..1", WarmupFraction);
        Require(GradientClip > 0, nameof(GradientClip), "a positive number", GradientClip);
        Require(Photometric is >= 0 and <= 1, nameof(Photometric), "0..1", Photometric);
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), "0 or more and below 1", AverageDecay);
        Require(
            ClassWeights is null || ClassWeights.All(w => w >= 0 && float.IsFinite(w)),
            nameof(ClassWeights),
            "finite numbers of 0 or more",
            ClassWeights is null ? "null" : string.Join(',', ClassWeights));
        Require(Patience >= 0, nameof(Patience), "0 or more", Patience);
        Require(MinDelta >= 0 && double.IsFinite(MinDelta), nameof(MinDelta), "0 or more", MinDelta);
        Require(Threads >= 0, nameof(Threads), "0 or more", Threads);
    }

    private protected static void Require(bool holds, string name, string expected, object got)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: expected {expected}, got {got}"), name);
        }
    }
}
