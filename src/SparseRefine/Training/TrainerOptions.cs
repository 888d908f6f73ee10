using SparseRefine.Images;

namespace SparseRefine.Training;

/// <summary>
/// What every training has: steps, crops, rates. Immutable; a value out of range is an <see cref="ArgumentException"/> that names it, where it is set.
/// </summary>
public abstract record TrainerOptions
{
    private protected TrainerOptions()
    {
    }

    /// <summary>Passes over the training photos; 0, for refiners only, chooses them by the number and size of the photos: <see cref="RefinerTrainerOptions"/>.</summary>
    public int Epochs { get; init => field = Checked.That(value, value >= 0, "0 or more"); } = 50;

    /// <summary>Crops a step.</summary>
    public int BatchSize { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 4;

    /// <summary>Crops taken of each photo an epoch, more for photos much larger than a crop; 0, for refiners only, chooses them by the photos' size.</summary>
    public int CropsPerPhoto { get; init => field = Checked.That(value, value >= 0, "0 or more"); } = 1;

    /// <summary>Rows of a crop.</summary>
    public int CropHeight { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 512;

    /// <summary>Columns of a crop.</summary>
    public int CropWidth { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 512;

    /// <summary>Smallest random scale of a photo.</summary>
    public double MinScale { get; init => field = Checked.That(value, value > 0 && double.IsFinite(value), "a positive number"); } = 0.5;

    /// <summary>Largest random scale of a photo.</summary>
    public double MaxScale { get; init => field = Checked.That(value, value > 0 && double.IsFinite(value), "a positive number"); } = 2;

    /// <summary>
    /// Train on whole photos: each is scaled until it just fits into the size of a crop, and what it leaves free is not labelled. The
    /// random scale is not used then.
    /// </summary>
    public bool WholePhotos { get; init; }

    /// <summary>Mirror photos left to right at random.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Mirror photos upside down at random; for photos without an up.</summary>
    public bool VerticalFlip { get; init; }

    /// <summary>Strength of random changes of brightness, contrast, saturation and hue, 0..1: a factor on the ranges of
    /// <see cref="PhotometricOptions"/>; 0 leaves colors alone.</summary>
    public double Photometric { get; init => field = Checked.That(value, value is >= 0 and <= 1, "0..1"); } = 1;

    /// <summary>AdamW's base rate.</summary>
    public double LearningRate { get; init => field = Checked.That(value, value > 0 && double.IsFinite(value), "a positive number"); } = 3e-4;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 0.05;

    /// <summary>Share of all steps in which the rate rises to its base value.</summary>
    public double WarmupFraction { get; init => field = Checked.That(value, value is >= 0 and <= 1, "0..1"); } = 0.05;

    /// <summary>Largest norm of all gradients together; larger ones are scaled down.</summary>
    public double GradientClip { get; init => field = Checked.That(value, value > 0, "a positive number"); } = 5;

    /// <summary>Weight of each class in the cross-entropy; null means 1 each.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init => field = Checked.That(value, value is null || (value.All(w => w >= 0 && float.IsFinite(w)) && value.Any(w => w > 0)), "finite numbers of 0 or more, one of them above 0"); }

    /// <summary>
    /// Decay of the weights' moving average (<see cref="WeightAverage"/>) a step, 0..1; validation and what is fitted
    /// use the average. 0 uses the weights as they are.
    /// </summary>
    public double AverageDecay { get; init => field = Checked.That(value, value is >= 0 and < 1, "0 or more and below 1"); }

    /// <summary>Label that no loss or metric counts.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

    /// <summary>
    /// Epochs without a better answer on the validation photos after which training stops; 0 never stops early. Better is a higher mean IoU of a dense network, and a higher
    /// <see cref="EnsemblerScore.Surplus"/> over the dense answer of a refiner.
    /// </summary>
    public int Patience { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>An answer counts as better, for <see cref="Patience"/>, where it is above the best by more than this.</summary>
    public double MinDelta { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); }

    /// <summary>Seed of weights, order and augmentation.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; 0 means all processors. The weights do not depend on it.</summary>
    public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>
    /// Memory, in bytes, that training keeps photos, labels and scores in; 0 keeps none. Unless set 1 GB, or a quarter of what the process may take
    /// where that is less. What does not fit is read and scored again each time it is
    /// needed, on another thread while a step computes. The weights do not depend on it.
    /// </summary>
    public long CacheBytes { get; init => field = Checked.That(value, value >= 0, "0 or more"); } =
        Math.Min(1_000_000_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>Checks what must fit together; single values are checked where they are set.</summary>
    /// <exception cref="ArgumentException">Values that do not fit, named.</exception>
    internal virtual void Validate() => Checked.That(
        FormattableString.Invariant($"{MinScale}, {MaxScale}"), MaxScale >= MinScale, "0 < MinScale <= MaxScale", "MinScale, MaxScale");
}
