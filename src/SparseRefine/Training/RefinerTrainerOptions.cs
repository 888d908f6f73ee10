using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>How a refiner is built and trained. Defaults follow the paper but for the size of the network.</summary>
public record RefinerTrainerOptions : TrainerOptions
{
    /// <summary>Which network, and how its answer is merged.</summary>
    public RefinerMethod Method { get; init => field = Checked.Defined(value); } = RefinerMethod.SparseRefine;

    /// <summary>What the network sees of a pixel.</summary>
    public FeatureSpec Features { get; init => field = Checked.Given(value); } = FeatureSpec.Parse("rgb,p");

    /// <summary>Channels of the U-Net's levels, finest first.</summary>
    public IReadOnlyList<int> Planes { get; init => field = Checked.That(value, value is { Count: > 0 } && value.All(p => p > 0), "one or more positive channel counts"); } = [16, 32, 64];

    /// <summary>Residual blocks a level, at least 1.</summary>
    public int Reps { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 2;

    /// <summary>Whether the units of the fine column are residual; the two-column network only.</summary>
    public bool FineResiduals { get; init; }

    /// <summary>Weight of the area penalty (<see cref="AreaPenalty"/>) on a <see cref="Selectors.LearnedSelector"/>'s activations.</summary>
    public double AreaWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 1;

    /// <summary>Share of features dropped in training, 0..1.</summary>
    public float Dropout { get; init => field = Checked.That(value, value is >= 0 and < 1, "0 or more and below 1"); }

    /// <summary>
    /// Whether the network's answer is added to the dense one (<see cref="SparseUNetOptions.ProbabilityColumn"/>), so that training starts from
    /// the dense answer and learns what to change; needs the feature <c>p</c>. The paper's network answers alone.
    /// </summary>
    public bool Residual { get; init; }

    /// <summary>Form of the gate.</summary>
    public GateForm Gate { get; init => field = Checked.Defined(value); } = GateForm.Softmax;

    /// <summary>How dense logits are read at full resolution.</summary>
    public Interpolation Interpolation { get; init => field = Checked.Defined(value); } = Interpolation.Bilinear;

    /// <summary>Weight of the Dice loss beside cross-entropy; 0 leaves it out.</summary>
    public double DiceWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); }

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
        Residual ? Features.Column(FeatureKind.Probabilities, classes) : null,
        coarseFeatures);

    /// <inheritdoc/>
    internal override void Validate()
    {
        base.Validate();
        Checked.That(
            Features.Describe(), !Residual || Features.Kinds.Contains(FeatureKind.Probabilities), "feature p beside it", nameof(Residual));
        Checked.That(
            Method, !Residual || Method == RefinerMethod.SparseRefine, "Method SparseRefine, as a fine column always adds", nameof(Residual));
    }
}
