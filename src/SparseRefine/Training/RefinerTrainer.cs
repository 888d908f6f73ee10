using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Training;

/// <summary>
/// Trains the sparse network and the gate together as the paper does: the dense model stays as it is, loss = CE(sparse
/// logits) + CE(ensembled logits) on the selected pixels. Or a fine column, loss = CE(fused logits); a <see cref="LearnedSelector"/> is
/// trained with either, by the loss on the pixels of the blocks that it switches on and by an <see cref="AreaPenalty"/>. Photos may come with the logits of several dense models: each
/// crop then has one's, drawn at random, and the refiner serves them all. Not thread-safe; the same options, photos and
/// seed give the same weights for every number of threads.
/// </summary>
internal sealed class RefinerTrainer
{
    // Photos of 8 megapixels select a half to two million pixels, whose arrays take 0.25 to 2 GB: those of one are not kept for the next, which would
    // keep some of them and need larger ones beside.
    private const long LargePhoto = 256 << 20;

    private const int SampledPhotos = 4;

    private readonly RefinerTrainerOptions _options;

    /// <summary>Checks the options.</summary>
    /// <param name="options">How to build and train.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public RefinerTrainer(RefinerTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains on crops of <paramref name="training"/> and keeps the epoch that is best on <paramref name="validation"/>.</summary>
    /// <param name="training">Photos to learn from, at least one.</param>
    /// <param name="validation">Photos to choose epoch and ensembler by (<see cref="EnsemblerScore.Surplus"/> over all dense models), at least one.</param>
    /// <param name="selector">Finds the pixels; the same at training and scoring time. A learned one is not changed: the fit has one of its own.</param>
    /// <param name="classes">Number of classes, as the dense model's.</param>
    /// <param name="run">Progress, cancellation, checkpoints; null: none of them.</param>
    /// <param name="warmStart">
    /// A refiner to start from: its network's weights, and its gate's if it has one; not changed. One whose network does not know the classes stays one. Null starts anew.
    /// </param>
    /// <returns>The best epoch's weights with its best ensembler, and the reports.</returns>
    /// <exception cref="ArgumentException">An empty set, class counts that differ, or a warm start of another shape.</exception>
    /// <exception cref="InvalidInputException">A checkpoint that is damaged or of another training, or a warm start of other classes or inner features.</exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="TrainingRunOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public RefinerFit Fit(
        IReadOnlyList<TrainingExample> training,
        IReadOnlyList<TrainingExample> validation,
        IPixelSelector selector,
        int classes,
        TrainingRunOptions? run = null,
        SparseRefiner? warmStart = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(selector);
        int features = training.Count == 0 ? 0 : FeaturesOf(training[0].AllLogits);
        RefinerNetwork network = warmStart?.Network is UniversalNetwork
            ? new UniversalNetwork(new UniversalNetworkOptions(classes, _options.Planes, _options.Reps), _options.Seed)
            : CreateNetwork(classes, features);
        Ensembler ensembler = _options.Method == RefinerMethod.TwoColumn
            ? new ReplaceEnsembler()
            : new GatedEnsembler(new GatedEnsemblerOptions(classes, gateForm: _options.Gate), _options.Seed);
        if (warmStart is not null)
        {
            if (!warmStart.Features.Equals(_options.Features))
            {
                throw new ArgumentException(
                    $"warmStart: expected features {_options.Features.Describe()}, got {warmStart.Features.Describe()}", nameof(warmStart));
            }

            if (warmStart.Network is not UniversalNetwork && warmStart.Classes != classes)
            {
                throw new InvalidInputException("warm start", $"a refiner of {classes} classes as the dense model has, or one that looks at each class by itself", $"{warmStart.Classes}");
            }

            network.CopyFrom(warmStart.Network);
            if (warmStart.Ensembler is GatedEnsembler learned && ensembler is GatedEnsembler gate)
            {
                gate.CopyFrom(learned);
            }
        }

        if (selector is LearnedSelector { } blocks)
        {
            LearnedSelector start = blocks.Network is null && warmStart?.Selector is LearnedSelector { Network: ActivationNetwork weights }
                ? blocks.WithNetwork(weights)
                : blocks;
            selector = BlockActivation.Begin(start, training, classes, features, _options.Seed, new Workers(_options.Threads));
        }

        var refiner = new SparseRefiner(selector, _options.Features, network, ensembler, _options.Interpolation);
        TrainingHistory history = new TrainingLoop(
            new RefinerTask(_options, refiner, training, validation), run ?? new TrainingRunOptions()).Run();
        refiner.Pool.Expect(0);
        refiner.ReleaseBuffers();
        return new RefinerFit(refiner.WithEnsembler(Ensembler.Of(history.KeptEnsembler!.Value, ensembler)), ensembler, history);
    }

    /// <summary>Pixels of a photo, by the mean of the first few; the first are in memory.</summary>
    internal static double MeanPixels<T>(IReadOnlyList<T> photos, Func<T, long> pixels) =>
        photos.Count == 0 ? 1 : Enumerable.Range(0, Math.Min(SampledPhotos, photos.Count)).Average(i => (double)pixels(photos[i]));

    private RefinerNetwork CreateNetwork(int classes, int features) => _options.Method == RefinerMethod.TwoColumn
        ? new FineColumn(
            new FineColumnOptions(
                _options.Features.Channels(classes),
                classes,
                _options.Planes,
                _options.Reps,
                _options.FineResiduals,
                features,
                _options.Dropout),
            _options.Seed)
        : new SparseUNet(_options.NetworkFor(classes, features), _options.Seed);

    private static int FeaturesOf(IReadOnlyList<LogitMap> logits)
    {
        int[] found = [.. logits.Select(map => map.Features?.Channels ?? 0).Distinct()];
        return found.Length == 1
            ? found[0]
            : throw new InvalidInputException(
                "dense features", "as many channels from every dense model, as one refiner shall serve them all", string.Join(" and ", found));
    }

    /// <summary>Initial, refiner-only and ensembled answers of a fitted refiner on labelled photos.</summary>
    /// <param name="refiner">The refiner.</param>
    /// <param name="examples">The photos; one with several dense models' logits counts once for each.</param>
    /// <param name="ignoreIndex">Label that does not count.</param>
    /// <param name="workers">Threads to use.</param>
    /// <param name="cancellation">Ends between two photos.</param>
    /// <returns>The metrics on selected pixels and on full images.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingDivergedException">A refiner whose answers are no numbers, as a bad training leaves it.</exception>
    public static RefinementEvaluation Evaluate(
        SparseRefiner refiner, IReadOnlyList<TrainingExample> examples, byte ignoreIndex, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(refiner);
        ArgumentNullException.ThrowIfNull(examples);
        return RefinementEvaluation.Sum(Answer(refiner, examples, ignoreIndex, workers, cancellation).ByDense);
    }

    /// <summary>Every photo's answer with each ensembler, behind each dense model.</summary>
    internal static RefinerValidation Answer(
        SparseRefiner refiner, IReadOnlyList<TrainingExample> examples, byte ignoreIndex, Workers workers, CancellationToken cancellation)
    {
        SparseRefiner averaged = refiner.WithEnsembler(new AverageEnsembler());
        return Answer(refiner, examples, ignoreIndex, cancellation, (example, logits) =>
        {
            RefinementResult result = Refine(refiner, example, logits, workers);
            SparseLogits sparse = result.SparseLogits!;
            byte[] refined = Labels(sparse.Values);
            List<(EnsemblerKind, byte[])> answers =
            [
                (EnsemblerKind.Replace, refined),
                (EnsemblerKind.Average, Labels(averaged.Ensemble(logits, sparse, workers))),
            ];
            if (refiner.Ensembler is not ReplaceEnsembler)
            {
                answers.Add((EnsemblerKind.Gate, ConfusionMatrix.Pick(result.Labels.Labels, sparse.Sites)));
            }

            return (result.Selection!, refined, answers);

            byte[] Labels(float[] rows) => LabelMerger.ArgMax(rows, sparse.Sites.Count, refiner.Classes, nameof(examples));
        });
    }

    /// <summary>The dense models' own answers.</summary>
    internal static RefinerValidation AnswerDense(
        SparseRefiner refiner, IReadOnlyList<TrainingExample> examples, byte ignoreIndex, Workers workers, CancellationToken cancellation) =>
        Answer(refiner, examples, ignoreIndex, cancellation, (example, logits) =>
            (refiner.Selector.Select(logits, example.Image.Height, example.Image.Width, workers), null, []));

    private static RefinerValidation Answer(
        SparseRefiner refiner,
        IReadOnlyList<TrainingExample> examples,
        byte ignoreIndex,
        CancellationToken cancellation,
        Func<TrainingExample, LogitMap, (PixelSelection, byte[]?, IReadOnlyList<(EnsemblerKind, byte[])>)> answer)
    {
        RefinerValidation validation = new(refiner.Classes, ignoreIndex);
        int photo = 0;
        foreach (TrainingExample example in ReadAhead.InOrder(examples))
        {
            for (int dense = 0; dense < example.AllLogits.Count; dense++)
            {
                cancellation.ThrowIfCancellationRequested();
                (PixelSelection selection, byte[]? refined, IReadOnlyList<(EnsemblerKind, byte[])> answers) = answer(example, example.AllLogits[dense]);
                validation.Add(photo, dense, example.Labels, selection, refined, answers);
                refiner.Pool.Collect(LargePhoto);
                Garbage.Bound();
            }

            photo++;
        }

        return validation;
    }

    private static RefinementResult Refine(SparseRefiner refiner, TrainingExample example, LogitMap logits, Workers workers)
    {
        try
        {
            RefinementResult result = refiner.Refine(example.Image.View, logits, RefinementParts.Selection | RefinementParts.SparseLogits, workers);
            TrainingDivergedException.ThrowIfNaN(result.SparseLogits!.Values, example.Name);
            return result;
        }
        catch (InvalidInputException) when (LogitSampler.FirstNotFinite(logits) < 0)
        {
            // The dense model's logits are numbers, so the refiner made the NaN among the merged ones.
            throw TrainingDivergedException.OfAnswer(example.Name);
        }
    }
}
