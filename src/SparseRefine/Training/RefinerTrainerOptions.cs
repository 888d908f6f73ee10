using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>
/// How a refiner is built and trained. The defaults suit a few to some hundred photos on a CPU (the paper's are for runs a hundred times longer): a small network that starts at the dense answer, and, where
/// epochs and crops are left at 0, about ten passes over the photos' pixels, but no fewer than 4000 crops and no more than 9600, in about twenty epochs.
/// </summary>
public record RefinerTrainerOptions : TrainerOptions
{
    private const double Passes = 10;
    private const double FewestCrops = 4000;
    private const double MostCrops = 9600;
    private const int UsualEpochs = 20;

    /// <summary>Starts with the defaults.</summary>
    public RefinerTrainerOptions()
    {
        Epochs = 0;
        CropsPerPhoto = 0;
        CropHeight = 320;
        CropWidth = 320;
        MinScale = 0.8;
        MaxScale = 1.25;
        Photometric = 0.3;
        LearningRate = 3e-3;
        AverageDecay = 0.99;
        Patience = 8;
    }

    /// <summary>Which network, and how its answer is merged.</summary>
    public RefinerMethod Method { get; init => field = Checked.Defined(value); } = RefinerMethod.SparseRefine;

    /// <summary>What the network sees of a pixel.</summary>
    public FeatureSpec Features { get; init => field = Checked.Given(value); } = FeatureSpec.Parse("rgb,p");

    /// <summary>Channels of the U-Net's levels, finest first.</summary>
    public IReadOnlyList<int> Planes { get; init => field = Checked.That(value, value is { Count: > 0 } && value.All(p => p > 0), "one or more positive channel counts"); } = [16, 32, 32, 64];

    /// <summary>Residual blocks a level, at least 1.</summary>
    public int Reps { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 1;

    /// <summary>Whether the units of the fine column are residual; the two-column network only.</summary>
    public bool FineResiduals { get; init; }

    /// <summary>Weight of the area penalty (<see cref="AreaPenalty"/>) on a <see cref="Selectors.LearnedSelector"/>'s activations.</summary>
    public double AreaWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 1;

    /// <summary>Share of features dropped in training, 0..1.</summary>
    public float Dropout { get; init => field = Checked.That(value, value is >= 0 and < 1, "0 or more and below 1"); }

    /// <summary>
    /// Whether the network's answer is added to the dense one (<see cref="SparseUNetOptions.ProbabilityColumn"/>), so that training starts from
    /// the dense answer and learns what to change; needs the feature <c>p</c>. The paper's network answers alone. Null: where it can be, which is with SparseRefine's network and
    /// the feature <c>p</c>.
    /// </summary>
    public bool? Residual { get; init; }

    /// <summary>What <see cref="Residual"/> comes to.</summary>
    internal bool AddsToDense => Residual ?? (Method == RefinerMethod.SparseRefine && Features.Kinds.Contains(FeatureKind.Probabilities));

    /// <summary>Form of the gate.</summary>
    public GateForm Gate { get; init => field = Checked.Defined(value); } = GateForm.Softmax;

    /// <summary>How dense logits are read at full resolution.</summary>
    public Interpolation Interpolation { get; init => field = Checked.Defined(value); } = Interpolation.Bilinear;

    /// <summary>Weight of the Dice loss beside cross-entropy; 0 leaves it out.</summary>
    public double DiceWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 1;

    /// <summary>The same with the numbers of epochs and of crops that the photos ask for, where they are left to them.</summary>
    /// <param name="photos">Number of training photos.</param>
    /// <param name="pixels">Pixels of a photo, on average.</param>
    /// <returns>Options of at least one epoch and one crop a photo.</returns>
    internal RefinerTrainerOptions Planned(int photos, double pixels)
    {
        photos = Math.Max(1, photos);
        double whole = Math.Max(1, pixels / ((double)CropHeight * CropWidth));
        double crops = Math.Clamp(Passes * whole * photos, FewestCrops, MostCrops);
        int each = CropsPerPhoto > 0 ? CropsPerPhoto
            : Math.Max(1, (int)Math.Round(Epochs > 0 ? whole / 2 : crops / UsualEpochs / photos));
        return this with { CropsPerPhoto = each, Epochs = Epochs > 0 ? Epochs : (int)Math.Clamp(Math.Round(crops / each / photos), 4, 1000) };
    }

    /// <summary>
    /// Where photos come with a teacher's answer: its share, 0..1, in what a labelled pixel is to become; the label has the rest. A pixel without a label
    /// learns from the teacher alone. Not used without a teacher.
    /// </summary>
    public double TeacherWeight { get; init => field = Checked.That(value, value is >= 0 and <= 1, "0..1"); } = 0.5;

    /// <summary>The shape of the sparse U-Net that these options ask for.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="coarseFeatures">Channels of the dense model's inner features that the photos' logits bring; 0: none.</param>
    /// <returns>The shape.</returns>
    internal SparseUNetOptions NetworkFor(int classes, int coarseFeatures) => new(
        Features.Channels(classes),
        classes,
        Planes,
        Reps,
        Dropout,
        AddsToDense ? Features.Column(FeatureKind.Probabilities, classes) : null,
        coarseFeatures);

    /// <inheritdoc/>
    internal override void Validate()
    {
        base.Validate();
        Checked.That(
            Features.Describe(), Residual != true || Features.Kinds.Contains(FeatureKind.Probabilities), "feature p beside it", nameof(Residual));
        Checked.That(
            Method, Residual != true || Method == RefinerMethod.SparseRefine, "Method SparseRefine, as a fine column always adds", nameof(Residual));
    }
}
