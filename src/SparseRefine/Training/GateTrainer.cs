using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// Trains a gate alone, on sparse logits that are given, window by window as <see cref="ExtractorTrainer"/> does. The best epoch
/// is the one whose merged answer has the highest mIoU. Not thread-safe; the weights do not depend on the number of threads.
/// </summary>
internal sealed class GateTrainer
{
    private readonly RefinerTrainerOptions _options;

    /// <summary>Checks the options.</summary>
    /// <param name="options">How to train; what describes the network is not used.</param>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public GateTrainer(RefinerTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains a gate from the weights that it has.</summary>
    /// <param name="gate">Has the best epoch's weights afterwards.</param>
    /// <param name="training">Photos to learn from, at least one.</param>
    /// <param name="validation">Photos to choose the epoch by, at least one.</param>
    /// <param name="run">Progress, cancellation, checkpoints; null: none of them.</param>
    /// <returns>How it went.</returns>
    /// <exception cref="ArgumentException">An empty list, or logits of other classes than the gate's.</exception>
    /// <exception cref="InvalidInputException">A checkpoint that is damaged or of another training.</exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep.</exception>
    /// <exception cref="TrainingDivergedException">Not finite before the first epoch was finished.</exception>
    public TrainingHistory Fit(
        GatedEnsembler gate,
        IReadOnlyList<GateExample> training,
        IReadOnlyList<GateExample> validation,
        TrainingRunOptions? run = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        return new TrainingLoop(new Task(_options.Planned(training.Count, RefinerTrainer.MeanPixels(training, photo => photo.Labels.Labels.LongLength)), gate, training, validation), run ?? new TrainingRunOptions()).Run();
    }

    private sealed class Task(
        RefinerTrainerOptions options, GatedEnsembler gate, IReadOnlyList<GateExample> training, IReadOnlyList<GateExample> validation)
        : WindowTask<GateExample>(options, training, validation.Count, gate.Options.Classes)
    {
        private readonly Interpolation _interpolation = options.Interpolation;

        private int Classes => gate.Options.Classes;

        public override IReadOnlyList<Parameter> Parameters => gate.Parameters;

        protected override int Levels => 0;

        public override TaskValidation Validate(CancellationToken cancellation) => Answer(isTrained: true, cancellation);

        public override TaskValidation ValidateDense(CancellationToken cancellation) => Answer(isTrained: false, cancellation);

        private TaskValidation Answer(bool isTrained, CancellationToken cancellation)
        {
            var answers = new RefinerValidation(Classes, Options.IgnoreIndex);
            int number = 0;
            foreach (GateExample photo in ReadAhead.InOrder(validation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!isTrained)
                {
                    answers.Add(number++, 0, photo.Labels, photo.Selection, null);
                    continue;
                }

                int sites = photo.Selection.Sites.Count;
                float[] sparse = photo.Sparse.Values;
                float[] merged = sites == 0 ? [] : gate.Ensemble(Dense(photo, photo.Selection.Sites), sparse, sites, Classes, Workers);
                TrainingDivergedException.ThrowIfNaN(merged, photo.Name);
                byte[] refined = LabelMerger.ArgMax(sparse, sites, Classes, nameof(photo));
                byte[] gated = LabelMerger.ArgMax(merged, sites, Classes, nameof(photo));
                answers.Add(number++, 0, photo.Labels, photo.Selection, refined, (EnsemblerKind.Gate, gated));
            }

            return TaskValidation.Of(answers);
        }

        public override TrainingIdentity Identify() => TrainingIdentity.Of(
            "gate", Options, Parameters, [], TrainingIdentity.Photo.Of(Photos, Append), TrainingIdentity.Photo.Of(validation, Append));

        protected override (SiteSet Sites, byte[] Labels) Pixels(GateExample photo) => (photo.Selection.Sites, photo.Labels.Labels);

        protected override Variable Forward(GateExample photo, SiteSet window, int[] rows, SitePyramid? pyramid, Tape tape)
        {
            float[] sparse = new float[window.Count * Classes];
            for (int i = 0; i < rows.Length; i++)
            {
                photo.Sparse.Values.AsSpan(rows[i] * Classes, Classes).CopyTo(sparse.AsSpan(i * Classes));
            }

            return gate.Forward(
                new Variable(Dense(photo, window), window.Count, Classes, needsGradient: false),
                new Variable(sparse, window.Count, Classes, needsGradient: false),
                tape,
                Workers);
        }

        private static void Append(IncrementalHash hash, GateExample photo)
        {
            TrainingIdentity.Photo.Append(hash, photo.Logits);
            TrainingIdentity.Photo.Append(hash, photo.Selection.Sites.Indices);
            hash.AppendData(MemoryMarshal.AsBytes<float>(photo.Sparse.Values));
            hash.AppendData(photo.Labels.Labels);
        }

        private float[] Dense(GateExample photo, SiteSet sites)
        {
            float[] dense = new float[sites.Count * Classes];
            new LogitSampler(photo.Logits, sites.Height, sites.Width, _interpolation).Gather(sites, dense, Workers);
            return dense;
        }
    }
}
