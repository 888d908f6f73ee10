using System.Security.Cryptography;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// Trains a sparse network alone, on pixels that are given. A step takes one window of
/// <see cref="TrainerOptions.CropHeight"/> x <see cref="TrainerOptions.CropWidth"/> of a photo as it is: nothing is
/// scaled, mirrored or recolored, and the batch size is not used. The best epoch is the one whose answer, put in the place of
/// the dense one, has the highest mIoU. Not thread-safe; the weights do not depend on the number of threads.
/// </summary>
internal sealed class ExtractorTrainer
{
    private readonly RefinerTrainerOptions _options;

    /// <summary>Checks the options.</summary>
    /// <param name="options">How to train. <see cref="RefinerTrainerOptions.Features"/> say what the network sees.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public ExtractorTrainer(RefinerTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains a network from the weights that it has.</summary>
    /// <param name="network">Has the best epoch's weights afterwards.</param>
    /// <param name="training">Photos to learn from, at least one.</param>
    /// <param name="validation">Photos to choose the epoch by, at least one.</param>
    /// <param name="run">Progress, cancellation, checkpoints; null: none of them.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="ArgumentException">An empty list, or a network for other features.</exception>
    /// <exception cref="InvalidInputException">A checkpoint that is damaged or of another training.</exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep.</exception>
    /// <exception cref="TrainingDivergedException">Not finite before the first epoch was finished.</exception>
    public TrainingHistory Fit(
        SparseUNet network,
        IReadOnlyList<SelectedExample> training,
        IReadOnlyList<SelectedExample> validation,
        TrainingRunOptions? run = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        int channels = _options.Features.Channels(network.Options.Classes);
        if (network.Options.InputChannels != channels)
        {
            throw new ArgumentException(
                $"network: expected {channels} input channels for features '{_options.Features.Describe()}', got {network.Options.InputChannels}",
                nameof(network));
        }

        return new TrainingLoop(new Task(_options.Planned(training.Count, RefinerTrainer.MeanPixels(training, photo => photo.Example.Labels.Labels.LongLength)), network, training, validation), run ?? new TrainingRunOptions()).Run();
    }

    private sealed class Task(
        RefinerTrainerOptions options,
        SparseUNet network,
        IReadOnlyList<SelectedExample> training,
        IReadOnlyList<SelectedExample> validation)
        : WindowTask<SelectedExample>(options, training, validation.Count, network.Options.Classes)
    {
        private readonly FeatureSpec _features = options.Features;
        private readonly Interpolation _interpolation = options.Interpolation;

        public override IReadOnlyList<Parameter> Parameters => network.Parameters;

        protected override int Levels => network.Options.Planes.Count;

        public override TaskValidation Validate(CancellationToken cancellation)
        {
            var answers = new RefinerValidation(network.Options.Classes, Options.IgnoreIndex);
            int number = 0;
            FrozenSparseUNet frozen = network.Freeze();
            foreach (SelectedExample photo in ReadAhead.InOrder(validation))
            {
                cancellation.ThrowIfCancellationRequested();
                SiteSet sites = photo.Selection.Sites;
                using var pyramid = SitePyramid.Build(sites, Levels, Workers);
                float[] logits = sites.Count == 0 ? [] : frozen.Infer(Features(photo.Example, sites), pyramid, Workers, photo.Example.Logits);
                TrainingDivergedException.ThrowIfNaN(logits, photo.Example.Name);
                byte[] labels = LabelMerger.ArgMax(logits, sites.Count, network.Options.Classes, nameof(photo));
                answers.Add(number++, 0, photo.Example.Labels, photo.Selection, labels, (EnsemblerKind.Replace, labels));
            }

            return TaskValidation.Of(answers);
        }

        public override TaskValidation ValidateDense(CancellationToken cancellation)
        {
            var answers = new RefinerValidation(network.Options.Classes, Options.IgnoreIndex);
            int number = 0;
            foreach (SelectedExample photo in ReadAhead.InOrder(validation))
            {
                cancellation.ThrowIfCancellationRequested();
                answers.Add(number++, 0, photo.Example.Labels, photo.Selection, null);
            }

            return TaskValidation.Of(answers);
        }

        public override TrainingIdentity Identify() => TrainingIdentity.Of(
            "sparse network", Options, Parameters, [], TrainingIdentity.Photo.Of(Photos, Append), TrainingIdentity.Photo.Of(validation, Append));

        protected override (SiteSet Sites, byte[] Labels) Pixels(SelectedExample photo) => (photo.Selection.Sites, photo.Example.Labels.Labels);

        protected override Variable Forward(SelectedExample photo, SiteSet window, int[] rows, SitePyramid? pyramid, Tape tape) => network.Forward(
            new Variable(Features(photo.Example, window), window.Count, network.Options.InputChannels, needsGradient: false),
            pyramid!,
            tape,
            Workers,
            network.ReadsCoarseColumn ? new CoarseColumn([photo.Example.Logits], network.CoarseFeatures, Workers) : null);

        private static void Append(IncrementalHash hash, SelectedExample photo)
        {
            TrainingIdentity.Photo.Append(hash, photo.Example);
            TrainingIdentity.Photo.Append(hash, photo.Selection.Sites.Indices);
        }

        private float[] Features(TrainingExample example, SiteSet sites) => RefinerFeatures.Extract(
            example.Image.View,
            example.Logits,
            sites,
            _features,
            SparseRefiner.ProbabilityThreshold,
            _interpolation,
            Workers);
    }
}
