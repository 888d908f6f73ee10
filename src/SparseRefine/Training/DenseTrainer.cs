using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>
/// Trains a <see cref="FeatureRefinementNetwork"/>: loss = cross-entropy + weight * Dice + weight * pixel contrast. Not thread-safe; the
/// same options, photos and seed give the same weights for every number of threads.
/// </summary>
internal sealed class DenseTrainer
{
    private readonly DenseTrainerOptions _options;

    /// <summary>Checks the options.</summary>
    /// <param name="options">How to build and train.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public DenseTrainer(DenseTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Brings a labelled photo to the size that the network sees; what training keeps of it.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="image">The photo; not kept.</param>
    /// <param name="labels">Its labels, of its size; not kept.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <returns>The mean of the covered area where it shrinks, bilinear where it grows; the nearest pixel's label.</returns>
    /// <exception cref="ArgumentException">Labels of another size than the photo.</exception>
    public static LabelledImage Prepare(string name, ImageView image, LabelMap labels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Height != image.Height || labels.Width != image.Width)
        {
            throw new ArgumentException(
                $"labels: expected {image.Height}x{image.Width}, got {labels.Height}x{labels.Width} ({name})", nameof(labels));
        }

        CropWindow whole = new(new CropAxis(image.Height, height, 0, height, false), new CropAxis(image.Width, width, 0, width, false));
        return new LabelledImage(
            name, WindowResampler.Image(image, whole, null), WindowResampler.Labels(labels, whole, LabelMap.DefaultIgnoreIndex));
    }

    /// <summary>Trains on crops of <paramref name="training"/> and keeps the epoch that is best on <paramref name="validation"/>.</summary>
    /// <param name="training">Photos to learn from, at least one; made by <see cref="Prepare"/>.</param>
    /// <param name="validation">Photos to choose the epoch by (mIoU), at least one; made by <see cref="Prepare"/>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="run">Progress, cancellation, checkpoints; null: none of them.</param>
    /// <param name="warmStartWorkspace">Workspace of an earlier training of a network of this shape, to start from its best weights; of other classes,
    /// from all but its last layer's. Null starts anew.</param>
    /// <param name="fillBackbone">Puts weights that were learned before into the backbone; null leaves the random ones.</param>
    /// <returns>The best epoch's network.</returns>
    /// <exception cref="ArgumentException">An empty set, or class weights of another number.</exception>
    /// <exception cref="InvalidInputException">A checkpoint that is damaged or of another training; a warm start of another shape.</exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="TrainingRunOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public DenseFit Fit(
        IReadOnlyList<LabelledImage> training,
        IReadOnlyList<LabelledImage> validation,
        int classes,
        TrainingRunOptions? run = null,
        string? warmStartWorkspace = null,
        Action<IBackbone>? fillBackbone = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        var network = new FeatureRefinementNetwork(_options.Network with { Classes = classes }, _options.Seed);
        fillBackbone?.Invoke(network.Backbone);
        if (warmStartWorkspace is not null)
        {
            if (!CheckpointFile.ReadBest(warmStartWorkspace, network.Parameters, network.Decoder.Classifier.Parameters))
            {
                run?.Message?.Invoke($"{warmStartWorkspace}: a training of other classes; the last layer starts anew");
            }
        }

        TrainingHistory history = new TrainingLoop(
            new DenseTask(_options, network, training, validation), run ?? new TrainingRunOptions()).Run();
        return new DenseFit(network, history);
    }
}
