using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>A dense network on augmented crops of several photos a step.</summary>
internal sealed class DenseTask : TrainingTask
{
    /// <summary>
    /// The cross-entropy of coarser logits is taken at every second pixel of a crop, along each side, at places that change from step to step: neighbours
    /// tell little that is new, and all of them would cost as much as the network's own backward pass.
    /// </summary>
    private const int MostLossStride = 2;

    private readonly DenseTrainerOptions _options;
    private readonly FeatureRefinementNetwork _network;
    private readonly IReadOnlyList<LabelledImage> _training;
    private readonly ReadAhead<LabelledImage[]> _batches;
    private readonly IReadOnlyList<LabelledImage> _validation;
    private readonly Augmentation _augmentation;
    private readonly float[]? _weights;
    private readonly BufferPool _pool = new();

    public DenseTask(DenseTrainerOptions options, FeatureRefinementNetwork network, IReadOnlyList<LabelledImage> training, IReadOnlyList<LabelledImage> validation)
        : base(options)
    {
        ThrowIfEmpty(training.Count, nameof(training));
        ThrowIfEmpty(validation.Count, nameof(validation));
        _options = options;
        _network = network;
        _training = training;
        _validation = validation;
        _weights = ClassWeights(network.Options.Classes);
        Parameters = options.ContrastWeight > 0 ? [.. network.Parameters, .. network.ContrastParameters] : network.Parameters;
        foreach (Parameter parameter in network.Backbone.Parameters)
        {
            parameter.RateFactor = options.BackboneRate;
            parameter.FrozenSteps = checked(options.FreezeEpochs * StepsPerEpoch);
        }

        _augmentation = CreateAugmentation();
        _batches = new ReadAhead<LabelledImage[]>(Batch, StepsPerEpoch);
    }

    public override void Dispose() => _batches.Dispose();

    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// Whole batches only, for batch norm learns little from the one or two crops that may be left; with fewer crops than a batch needs,
    /// photos are taken twice.
    /// </summary>
    public override int StepsPerEpoch => Math.Max(1, checked(_training.Count * Options.CropsPerPhoto) / Options.BatchSize);

    public override StepOutcome Step(int epoch, int step)
    {
        LabelledImage[] crops = _batches.Take(epoch, step);
        string photos = string.Join(", ", crops.Select(crop => crop.Name).Distinct());
        if (crops.All(crop => !crop.Labels.Labels.AsSpan().ContainsAnyExcept(Options.IgnoreIndex)))
        {
            return new StepOutcome(null, null, photos);
        }

        Random random = TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step);
        var tape = new Tape(Workers, random, _pool);
        (Variable input, GridShape grid) = FeatureRefinementNetwork.Prepare(crops.Length, Options.CropHeight, Options.CropWidth, tape);
        Workers.For(crops.Length, 1, (i, _, _) => _network.Fill(input, grid, i, crops[i].Image.View));
        (Variable features, Variable logits) = _network.Forward(input, grid, tape, Workers, epoch <= _options.FreezeEpochs);
        int stride = _options.OutputStride;
        GridShape coarse = grid with { Height = grid.Height / stride, Width = grid.Width / stride };
        int lossStride = Math.Min(stride, MostLossStride);
        Variable enlarged = stride == lossStride ? logits : Upsample.Forward(logits, coarse, stride / lossStride, tape, Workers);
        byte[] labels = Labels(crops, grid, lossStride, random.Next(lossStride), random.Next(lossStride));
        double loss = CrossEntropy.Apply(enlarged, labels, Options.IgnoreIndex, _weights, 1, Workers);
        if (_options.DiceWeight > 0)
        {
            loss += DiceLoss.Apply(enlarged, labels, Options.IgnoreIndex, _weights, (float)_options.DiceWeight, Workers);
        }

        if (_options.ContrastWeight > 0)
        {
            loss += Contrast(features, Labels(crops, grid, stride, stride / 2, stride / 2), tape);
        }

        if (double.IsFinite(loss))
        {
            tape.Backward();
            input.Release();
        }

        return new StepOutcome(loss, null, photos);
    }

    public override TaskValidation Validate(CancellationToken cancellation)
    {
        var scores = new ConfusionMatrix(_network.Options.Classes);
        foreach (LabelledImage photo in ReadAhead.InOrder(_validation))
        {
            cancellation.ThrowIfCancellationRequested();
            LogitMap logits = _network.Run(photo.Image.View, Workers);
            TrainingDivergedException.ThrowIfNaN(logits.Values, photo.Name);
            scores.Add(
                photo.Labels,
                logits.ToLabels(photo.Labels.Height, photo.Labels.Width, Interpolation.Bilinear, Workers),
                Options.IgnoreIndex);
        }

        return TaskValidation.Of(scores);
    }

    public override TrainingIdentity Identify() => TrainingIdentity.Of(
        "dense network",
        _options with { Network = _network.Options },
        Parameters,
        [],
        TrainingIdentity.Photo.Of(_training, TrainingIdentity.Photo.Append),
        TrainingIdentity.Photo.Of(_validation, TrainingIdentity.Photo.Append));

    private LabelledImage[] Batch(int epoch, int step)
    {
        var crops = new LabelledImage[Options.BatchSize];
        Workers.For(crops.Length, 1, (i, _, _) =>
        {
            int index = (step * crops.Length) + i;
            Random random = TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, index);
            crops[i] = _augmentation.Apply(_training[TrainingSeed.Photo(Options.Seed, epoch, index, _training.Count)], random);
        });
        return crops;
    }

    /// <summary>The labels at every stride-th pixel of the padded crops; what is padding is ignored.</summary>
    private byte[] Labels(LabelledImage[] crops, GridShape grid, int stride, int top, int left)
    {
        int height = grid.Height / stride;
        int width = grid.Width / stride;
        byte[] labels = new byte[crops.Length * height * width];
        labels.AsSpan().Fill(Options.IgnoreIndex);
        for (int i = 0; i < crops.Length; i++)
        {
            LabelMap map = crops[i].Labels;
            for (int y = 0; (y * stride) + top < map.Height; y++)
            {
                for (int x = 0; (x * stride) + left < map.Width; x++)
                {
                    labels[(((i * height) + y) * width) + x] = map.Labels[(((y * stride) + top) * map.Width) + (x * stride) + left];
                }
            }
        }

        return labels;
    }

    private double Contrast(Variable features, byte[] labels, Tape tape)
    {
        // A random sample of each class: reservoir sampling in one pass.
        int classes = _network.Options.Classes;
        int[] seen = new int[classes];
        int[][] chosen = [.. Enumerable.Range(0, classes).Select(_ => new int[_options.ContrastPixels])];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] == Options.IgnoreIndex || labels[row] >= classes)
            {
                continue;
            }

            int count = seen[labels[row]]++;
            int place = count < _options.ContrastPixels ? count : tape.Random.Next(count + 1);
            if (place < _options.ContrastPixels)
            {
                chosen[labels[row]][place] = row;
            }
        }

        int[] rows = [.. chosen.SelectMany((pixels, c) => pixels.Take(seen[c]))];
        Variable embedded = _network.Embed(PickRows.Forward(features, rows, tape), tape);
        byte[] picked = [.. rows.Select(row => labels[row])];
        return PixelContrast.Apply(embedded, picked, _options.ContrastTemperature, _options.ContrastWeight);
    }
}
