using SparseRefine.Ensemblers;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>Sparse network and gate together, on augmented crops of several photos a step.</summary>
internal sealed class RefinerTask : TrainingTask
{
    private readonly RefinerTrainerOptions _options;
    private readonly SparseRefiner _refiner;
    private readonly GatedEnsembler _gate;
    private readonly ITrainingSet _training;
    private readonly ITrainingSet _validation;
    private readonly Augmentation _augmentation;
    private readonly float[]? _weights;

    public RefinerTask(
        RefinerTrainerOptions options, SparseRefiner refiner, GatedEnsembler gate, ITrainingSet training, ITrainingSet validation)
        : base(options)
    {
        ThrowIfEmpty(training.Count, nameof(training));
        ThrowIfEmpty(validation.Count, nameof(validation));
        _options = options;
        _refiner = refiner;
        _gate = gate;
        _training = training;
        _validation = validation;
        _weights = ClassWeights(refiner.Classes);
        Parameters = [.. refiner.Network.Parameters, .. gate.Parameters];
        _augmentation = CreateAugmentation();
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override int StepsPerEpoch => (Crops + Options.BatchSize - 1) / Options.BatchSize;

    private int Crops => checked(_training.Count * Options.CropsPerPhoto);

    public override StepOutcome Step(int epoch, int step)
    {
        TrainingExample[] crops = Batch(epoch, step);
        string photos = string.Join(", ", crops.Select(crop => crop.Name).Distinct());
        TrainingBatch joined = TrainingBatch.Create(_refiner, crops, Workers);
        SiteSet sites = joined.Sites;
        if (!joined.Labels.AsSpan().ContainsAnyExcept(Options.IgnoreIndex))
        {
            return new StepOutcome(null, sites.Density, photos);
        }

        var tape = new Tape(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step));
        using var pyramid = SitePyramid.Build(sites, _options.Planes.Count, Workers);
        int classes = _refiner.Classes;
        var input = new Variable(joined.Features, sites.Count, _refiner.Features.Channels(classes), needsGradient: false);
        var dense = new Variable(joined.DenseLogits, sites.Count, classes, needsGradient: false);
        Variable sparse = _refiner.Network.Forward(input, pyramid, tape, Workers);
        Variable merged = _gate.Forward(dense, sparse, tape, Workers);
        double loss = Loss(sparse, joined.Labels) + Loss(merged, joined.Labels);
        if (double.IsFinite(loss))
        {
            tape.Backward();
        }

        return new StepOutcome(loss, sites.Density, photos);
    }

    public override IReadOnlyList<RefinementEvaluation> Validate(CancellationToken cancellation) =>
        RefinerTrainer.EvaluateEach(_refiner, _validation, Options.IgnoreIndex, Workers, cancellation);

    public override TrainingIdentity Identify() => TrainingIdentity.Of(
        "sparse network and gate",
        Options,
        Parameters,
        [("selector", _refiner.Selector.Describe()), ("classes", $"{_refiner.Classes}")],
        TrainingIdentity.Photo.Of(_training),
        TrainingIdentity.Photo.Of(_validation));

    /// <summary>
    /// As many passes as crops a photo, each over all photos in a new order. The crops of a step thus come from different
    /// photos, as batch norm needs: statistics of one photo alone are not those that inference uses. Of several dense
    /// models' logits each crop has one's.
    /// </summary>
    private TrainingExample[] Batch(int epoch, int step)
    {
        int first = step * Options.BatchSize;
        var crops = new TrainingExample[Math.Min(Options.BatchSize, Crops - first)];
        for (int i = 0; i < crops.Length; i++)
        {
            int photo = TrainingSeed.Photo(Options.Seed, epoch, first + i, _training.Count);
            Random random = TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, first + i);
            TrainingExample example = _training.Load(photo);
            crops[i] = _augmentation.Apply(example.Of(random.Next(example.AllLogits.Count)), random);
        }

        return crops;
    }

    private double Loss(Variable logits, byte[] labels)
    {
        double loss = CrossEntropy.Apply(logits, labels, Options.IgnoreIndex, _weights, 1, Workers);
        return _options.DiceWeight == 0
            ? loss
            : loss + DiceLoss.Apply(logits, labels, Options.IgnoreIndex, null, (float)_options.DiceWeight, Workers);
    }
}
