using System.Diagnostics;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// Trains the sparse network and the gate together as the paper does: the dense model stays as it is, loss = CE(sparse
/// logits) + CE(ensembled logits) on the selected pixels. Not thread-safe; the same options, photos and seed give the
/// same weights for every number of threads.
/// </summary>
public sealed class RefinerTrainer
{
    private readonly RefinerTrainerOptions _options;
    private readonly Workers _workers;

    /// <summary>Checks the options.</summary>
    /// <param name="options">How to build and train.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public RefinerTrainer(RefinerTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _workers = new Workers(options.Threads);
    }

    /// <summary>Trains on crops of <paramref name="training"/> and keeps the epoch that is best on <paramref name="validation"/>.</summary>
    /// <param name="training">Photos to learn from, at least one.</param>
    /// <param name="validation">Photos to choose the epoch by (full-image ensembled mIoU), at least one.</param>
    /// <param name="selector">Finds the pixels; the same at training and scoring time.</param>
    /// <param name="classes">Number of classes, as the dense model's.</param>
    /// <param name="epochProgress">Called after each epoch, on the training thread; may be null.</param>
    /// <param name="stepProgress">Called after each step, on the training thread; may be null.</param>
    /// <param name="cancellation">Ends training after the step in hand; the best epoch so far is returned.</param>
    /// <returns>The best epoch's weights with the reports.</returns>
    /// <exception cref="ArgumentException">An empty set, or class counts that differ.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch was finished.</exception>
    /// <exception cref="InvalidOperationException">A loss that is not finite before the first epoch was finished.</exception>
    public RefinerFit Fit(
        ITrainingSet training,
        ITrainingSet validation,
        IPixelSelector selector,
        int classes,
        Action<EpochReport>? epochProgress = null,
        Action<StepReport>? stepProgress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(selector);
        ThrowIfEmpty(training, nameof(training));
        ThrowIfEmpty(validation, nameof(validation));
        float[]? weights = _options.ClassWeights?.ToArray();
        if (weights is not null && weights.Length != classes)
        {
            throw new ArgumentException($"ClassWeights: expected {classes} values, one a class, got {weights.Length}");
        }

        SparseRefiner refiner = Build(selector, classes);
        var gate = (GatedEnsembler)refiner.Ensembler;
        Parameter[] parameters = [.. refiner.Network.Parameters, .. gate.Parameters];
        int steps = StepsPerEpoch(training);
        long total = (long)steps * _options.Epochs;
        var schedule = new CosineSchedule(
            (int)(total * _options.WarmupFraction), (int)total, _options.LearningRate);
        var optimizer = new AdamW(
            [.. parameters.Where(p => p.IsTrained)], new AdamWOptions { WeightDecay = _options.WeightDecay });
        WeightAverage? average = _options.AverageDecay > 0 ? new WeightAverage(parameters, _options.AverageDecay) : null;
        var early = _options.Patience > 0 ? new EarlyStopping(0, _options.Patience) : null;
        List<EpochReport> reports = [];
        float[][] best = [];
        double bestScore = double.NegativeInfinity;
        int bestEpoch = 0;
        bool cancelled = false;
        for (int epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            long started = Stopwatch.GetTimestamp();
            double lossSum = 0;
            int lossCount = 0;
            double densitySum = 0;
            int step = 0;
            foreach (TrainingExample[] batch in Batches(training, epoch))
            {
                if (cancellation.IsCancellationRequested)
                {
                    cancelled = true;
                    break;
                }

                (double loss, double density) = Step(refiner, gate, weights, batch, epoch, step);
                if (double.IsInfinity(loss))
                {
                    return best.Length > 0
                        ? Finish(true)
                        : throw new InvalidOperationException(
                            $"loss: expected a finite number, got {loss} in epoch {epoch}, step {step + 1}; a lower LearningRate may help");
                }

                if (!double.IsNaN(loss))
                {
                    // A gradient that is not finite would make every weight so; the next crops may be better.
                    if (double.IsFinite(GradientClipping.ByNorm(parameters, _options.GradientClip)))
                    {
                        optimizer.Step(schedule.Rate((int)(((long)(epoch - 1) * steps) + step)));
                        average?.Update();
                    }

                    lossSum += loss;
                    lossCount++;
                }

                densitySum += density;
                step++;
                stepProgress?.Invoke(new StepReport(epoch, step, steps, loss));
            }

            if (cancelled)
            {
                break;
            }

            average?.Swap();
            RefinementEvaluation evaluation = Evaluate(refiner, validation, cancellation, ref cancelled);
            if (cancelled)
            {
                break;
            }

            double score = evaluation.Ensembled.Full.MeanIoU;
            bool isBest = best.Length == 0 || score > bestScore;
            if (isBest)
            {
                best = [.. parameters.Select(p => p.Value.ToArray())];
                bestScore = score;
                bestEpoch = epoch;
            }

            average?.Swap();
            reports.Add(new EpochReport(
                epoch, _options.Epochs, lossSum / lossCount, densitySum / Math.Max(1, step), evaluation, isBest, Stopwatch.GetElapsedTime(started)));
            epochProgress?.Invoke(reports[^1]);
            early?.Update(score);
            if (early is { ShouldStop: true })
            {
                break;
            }
        }

        if (best.Length == 0)
        {
            throw new OperationCanceledException("cancelled before the first epoch was finished", cancellation);
        }

        return Finish(cancelled);

        RefinerFit Finish(bool isCancelled)
        {
            for (int i = 0; i < best.Length; i++)
            {
                best[i].CopyTo(parameters[i].Value, 0);
            }

            return new RefinerFit(refiner, reports, bestEpoch, isCancelled);
        }
    }

    /// <summary>Initial, refiner-only and ensembled answers of a fitted refiner on labelled photos.</summary>
    /// <param name="refiner">The refiner.</param>
    /// <param name="examples">The photos.</param>
    /// <param name="ignoreIndex">Label that does not count.</param>
    /// <param name="workers">Threads to use.</param>
    /// <param name="cancellation">Ends between two photos.</param>
    /// <returns>The metrics on selected pixels and on full images.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RefinementEvaluation Evaluate(
        SparseRefiner refiner, ITrainingSet examples, byte ignoreIndex, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(refiner);
        ArgumentNullException.ThrowIfNull(examples);
        var evaluation = new RefinementEvaluation(refiner.Classes);
        for (int i = 0; i < examples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            TrainingExample example = examples.Load(i);
            PixelSelection selection = refiner.Selector.Select(example.Logits, example.Image.Height, example.Image.Width, workers);
            SparseLogits sparse = refiner.Extract(example.Image.View, example.Logits, selection, workers);
            evaluation.Add(
                example.Labels, selection, sparse.Values, refiner.Ensemble(example.Logits, sparse, workers), ignoreIndex);
        }

        return evaluation;
    }

    private static void ThrowIfEmpty(ITrainingSet set, string name)
    {
        if (set.Count == 0)
        {
            throw new ArgumentException($"{name}: expected at least one photo, got none", name);
        }
    }

    private RefinementEvaluation Evaluate(
        SparseRefiner refiner, ITrainingSet validation, CancellationToken cancellation, ref bool cancelled)
    {
        try
        {
            return Evaluate(refiner, validation, _options.IgnoreIndex, _workers, cancellation);
        }
        catch (OperationCanceledException)
        {
            cancelled = true;
            return new RefinementEvaluation(refiner.Classes);
        }
    }

    private SparseRefiner Build(IPixelSelector selector, int classes)
    {
        var network = new SparseUNet(
            new SparseUNetOptions(
                _options.Features.Channels(classes), classes, _options.Planes, _options.Reps, _options.Dropout),
            _options.Seed);
        var gate = new GatedEnsembler(new GatedEnsemblerOptions(classes, gateForm: _options.Gate), _options.Seed);
        return new SparseRefiner(selector, _options.Features, network, gate, _options.Interpolation);
    }

    private int StepsPerEpoch(ITrainingSet training) =>
        (int)((((long)training.Count * _options.CropsPerPhoto) + _options.BatchSize - 1) / _options.BatchSize);

    /// <summary>
    /// Augmented crops: as many passes as crops a photo, each over all photos in a new order. The crops of a step thus come
    /// from different photos, as batch norm needs: statistics of one photo alone are not those that inference uses.
    /// </summary>
    private IEnumerable<TrainingExample[]> Batches(ITrainingSet training, int epoch)
    {
        var augmentation = new Augmentation(new AugmentationOptions
        {
            MinScale = _options.MinScale,
            MaxScale = _options.MaxScale,
            CropHeight = _options.CropHeight,
            CropWidth = _options.CropWidth,
            Flip = _options.Flip,
            VerticalFlip = _options.VerticalFlip,
            Photometric = _options.Photometric > 0 ? new PhotometricOptions().Times(_options.Photometric) : null,
            IgnoreIndex = _options.IgnoreIndex,
        });

        // Order and crops depend on seed and epoch alone, so a run that is taken up again at an epoch sees the same.
        var random = new Random(HashCode(_options.Seed, epoch, 0));
        int[] order = [.. Enumerable.Range(0, training.Count)];
        List<TrainingExample> batch = [];
        for (int pass = 0; pass < _options.CropsPerPhoto; pass++)
        {
            random.Shuffle(order);
            foreach (int index in order)
            {
                batch.Add(augmentation.Apply(training.Load(index), random));
                if (batch.Count == _options.BatchSize)
                {
                    yield return [.. batch];
                    batch.Clear();
                }
            }
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    // NaN where the crops selected no labelled pixel; infinity where the loss itself is not a number.
    private (double Loss, double Density) Step(
        SparseRefiner refiner, GatedEnsembler gate, float[]? weights, TrainingExample[] batch, int epoch, int step)
    {
        TrainingBatch joined = TrainingBatch.Create(refiner, batch, _workers);
        SiteSet sites = joined.Sites;
        if (!joined.Labels.AsSpan().ContainsAnyExcept(_options.IgnoreIndex))
        {
            return (double.NaN, sites.Density);
        }

        foreach (Parameter parameter in refiner.Network.Parameters.Concat(gate.Parameters))
        {
            Array.Clear(parameter.Gradient);
        }

        var tape = new Tape(_workers, new Random(HashCode(_options.Seed, epoch, step + 1)));
        var pyramid = SitePyramid.Build(sites, _options.Planes.Count, _workers);
        int classes = refiner.Classes;
        var input = new Variable(joined.Features, sites.Count, refiner.Features.Channels(classes), needsGradient: false);
        var dense = new Variable(joined.DenseLogits, sites.Count, classes, needsGradient: false);
        Variable sparse = refiner.Network.Forward(input, pyramid, tape, _workers);
        Variable merged = gate.Forward(dense, sparse, tape, _workers);
        double loss = Loss(sparse, joined.Labels, weights) + Loss(merged, joined.Labels, weights);
        if (double.IsFinite(loss))
        {
            tape.Backward();
        }

        return (double.IsNaN(loss) ? double.PositiveInfinity : loss, sites.Density);
    }

    private double Loss(Variable logits, byte[] labels, float[]? weights)
    {
        double loss = CrossEntropy.Apply(logits, labels, _options.IgnoreIndex, weights, 1, _workers);
        return _options.DiceWeight == 0
            ? loss
            : loss + DiceLoss.Apply(logits, labels, _options.IgnoreIndex, null, (float)_options.DiceWeight, _workers);
    }

    /// <summary>A fixed mix of three numbers; System.HashCode differs from process to process.</summary>
    private static int HashCode(int seed, int epoch, int step)
    {
        ulong x = ((ulong)(uint)seed << 40) ^ ((ulong)(uint)epoch << 20) ^ (uint)step;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x >> 33);
    }
}
