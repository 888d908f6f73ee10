using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>Network, gate and learned selector, as far as there are such, together on augmented crops of several photos a step.</summary>
internal sealed class RefinerTask : TrainingTask
{
    /// <summary>
    /// Arrays of steps and of validation photos differ in size, and so do those of a step that is larger than all before: what served one is in the
    /// way of the other, and goes where it takes 64 MB or more.
    /// </summary>
    private const long WorthCollecting = 64 << 20;

    private readonly RefinerTrainerOptions _options;
    private readonly SparseRefiner _refiner;
    private readonly GatedEnsembler? _gate;
    private readonly LearnedSelector? _selector;
    private readonly IReadOnlyList<TrainingExample> _training;
    private readonly ReadAhead<TrainingExample[]> _batches;
    private readonly IReadOnlyList<TrainingExample> _validation;
    private readonly Augmentation _augmentation;
    private readonly float[]? _weights;

    public RefinerTask(RefinerTrainerOptions options, SparseRefiner refiner, IReadOnlyList<TrainingExample> training, IReadOnlyList<TrainingExample> validation)
        : base(options.Planned(training.Count, RefinerTrainer.MeanPixels(training, photo => (long)photo.Image.Height * photo.Image.Width)))
    {
        ThrowIfEmpty(training.Count, nameof(training));
        ThrowIfEmpty(validation.Count, nameof(validation));
        _options = (RefinerTrainerOptions)Options;
        _refiner = refiner;
        _gate = refiner.Ensembler as GatedEnsembler;
        _selector = refiner.Selector as LearnedSelector;
        _training = training;
        _validation = validation;
        _weights = ClassWeights(refiner.Classes);
        Parameters = [.. refiner.Network.Parameters, .. _gate?.Parameters ?? [], .. _selector?.Network!.Parameters ?? []];
        _augmentation = CreateAugmentation();
        _batches = new ReadAhead<TrainingExample[]>(Batch, StepsPerEpoch);
    }

    public override void Dispose() => _batches.Dispose();

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override int StepsPerEpoch => (Crops + Options.BatchSize - 1) / Options.BatchSize;

    private int Crops => checked(_training.Count * Options.CropsPerPhoto);

    public override StepOutcome Step(int epoch, int step)
    {
        TrainingExample[] crops = _batches.Take(epoch, step);
        string photos = string.Join(", ", crops.Select(crop => crop.Name).Distinct());
        foreach (TrainingExample crop in crops)
        {
            _refiner.ThrowIfOtherClasses(crop.Logits);
        }

        var tape = new Tape(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step), _refiner.Pool);
        CoarseColumn? coarse = Coarse(crops);
        BlockActivation? active = _selector is null ? null : BlockActivation.Draw(
            _selector,
            coarse!,
            crops.Length,
            Options.CropHeight,
            Options.CropWidth,
            TrainingSeed.At(Options.Seed, TrainingSeed.Use.Blocks, epoch, step),
            tape);
        SiteSet[] selected = active?.Sites ?? [.. crops.Select(
            crop => _refiner.Selector.Select(crop.Logits, Options.CropHeight, Options.CropWidth, Workers).Sites)];
        if (_refiner.Pool.Expect(selected.Sum(sites => sites.Count)))
        {
            _refiner.Pool.Collect(WorthCollecting);
        }

        using TrainingBatch joined = TrainingBatch.Create(_refiner, crops, selected, _options, tape);
        SiteSet sites = joined.Sites;
        if (!joined.Labels.AsSpan().ContainsAnyExcept(Options.IgnoreIndex))
        {
            return new StepOutcome(null, sites.Density, photos);
        }

        RefinerNetwork network = _refiner.Network;
        using var pyramid = SitePyramid.Build(sites, network.Levels, Workers, tape.Pool);
        Variable output = network.RunLayers(joined.Features, coarse, pyramid, tape, Workers);
        Variable fused = Fusion.Forward(
            joined.DenseLogits.Value, output, active?.Probabilities, active?.Blocks ?? [], network.CorrectsScores, tape, Workers);
        double loss = Loss(fused, joined);
        if (_gate is not null)
        {
            Variable merged = _gate.Forward(joined.DenseLogits, fused, tape, Workers);
            loss += Loss(merged, joined);
            merged.Discard();
        }

        if (active is not null)
        {
            loss += AreaPenalty.Apply(active.Probabilities, crops.Length, _selector!.Share, _options.AreaWeight);
        }

        if (double.IsFinite(loss))
        {
            tape.Backward();
        }

        return new StepOutcome(loss, sites.Density, photos);
    }

    public override TaskValidation Validate(CancellationToken cancellation)
    {
        _refiner.Pool.Expect(0);
        _refiner.Pool.Collect(WorthCollecting);
        RefinerValidation answers = RefinerTrainer.Answer(_refiner, _validation, Options.IgnoreIndex, Workers, cancellation);
        _refiner.Pool.Collect(WorthCollecting);
        return TaskValidation.Of(answers);
    }

    public override TaskValidation ValidateDense(CancellationToken cancellation) =>
        TaskValidation.Of(RefinerTrainer.AnswerDense(_refiner, _validation, Options.IgnoreIndex, Workers, cancellation));

    public override TrainingIdentity Identify() => TrainingIdentity.Of(
        _refiner.Network switch { FineColumn => "fine column", UniversalNetwork => "network for any classes and gate", _ => "sparse network and gate" },
        Options,
        Parameters,
        [("selector", _refiner.Selector.Describe()), ("classes", $"{_refiner.Classes}")],
        TrainingIdentity.Photo.Of(_training, TrainingIdentity.Photo.Append),
        TrainingIdentity.Photo.Of(_validation, TrainingIdentity.Photo.Append));

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
            TrainingExample example = _training[photo];
            crops[i] = _augmentation.Apply(example.Of(random.Next(example.AllLogits.Count)), random);
        }

        return crops;
    }

    private CoarseColumn? Coarse(TrainingExample[] crops)
    {
        if (!_refiner.Network.ReadsCoarseColumn && _selector is null)
        {
            return null;
        }

        foreach (TrainingExample crop in crops)
        {
            LogitSampler.ThrowUnlessFinite(crop.Logits);
        }

        return new CoarseColumn(
            [.. crops.Select(crop => crop.Logits)],
            _refiner.Network.CoarseFeatures,
            Workers,
            photos: _refiner.Network.ReadsCoarsePhoto ? [.. crops.Select(crop => WindowResampler.Shrink(crop.Image.View, crop.Logits))] : null);
    }

    // Dice is about overlap, of which a soft target has none of its own: it takes the class of the largest target.
    private double Loss(Variable logits, TrainingBatch batch)
    {
        double loss = batch.Targets is Variable targets
            ? CrossEntropy.ApplySoft(logits, batch.Labels, targets, Options.IgnoreIndex, _weights, 1, Workers)
            : CrossEntropy.Apply(logits, batch.Labels, Options.IgnoreIndex, _weights, 1, Workers);
        return _options.DiceWeight == 0
            ? loss
            : loss + DiceLoss.Apply(logits, batch.Labels, Options.IgnoreIndex, null, (float)_options.DiceWeight, Workers);
    }
}
