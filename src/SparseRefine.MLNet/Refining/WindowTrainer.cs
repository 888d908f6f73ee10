using Microsoft.ML.Runtime;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// Trains one stage alone: a step takes the pixels of one random window of one photo. The same options and seed give the
/// same weights for every number of threads.
/// </summary>
internal sealed class WindowTrainer(RefinerTrainerOptions options, IChannel channel, CancellationToken cancellation)
{
    private readonly Workers _workers = new(options.Threads);

    /// <summary>Sites of a photo, and of each window's rows the labels.</summary>
    /// <param name="photos">Number of photos.</param>
    /// <param name="sites">Selected pixels of photo i.</param>
    /// <param name="labels">True labels of photo i.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="forward">Logits of rows (indices into the photo's sites) of photo i.</param>
    public void Train(
        int photos,
        Func<int, SiteSet> sites,
        Func<int, byte[]> labels,
        IReadOnlyList<Parameter> parameters,
        Func<int, SiteSet, int[], Tape, Variable> forward)
    {
        var random = new Random(options.Seed);
        Parameter[] trained = [.. parameters.Where(parameter => parameter.IsTrained)];
        var optimizer = new AdamW(trained, new AdamWOptions { WeightDecay = options.WeightDecay });
        int total = checked(options.Epochs * photos * options.CropsPerPhoto);
        var schedule = new CosineSchedule((int)(total * options.WarmupFraction), total, options.LearningRate);
        float[]? weights = options.ClassWeights?.ToArray();
        int step = 0;
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            double sum = 0;
            int counted = 0;
            int[] order = [.. Enumerable.Range(0, photos)];
            random.Shuffle(order);
            foreach (int photo in order)
            {
                for (int crop = 0; crop < options.CropsPerPhoto; crop++, step++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    double loss = Step(photo);
                    if (!double.IsNaN(loss))
                    {
                        sum += loss;
                        counted++;
                    }
                }
            }

            channel.Info(
                MessageSensitivity.None, "epoch {0}/{1}: loss {2:0.0000}", epoch, options.Epochs, sum / counted);
        }

        double Step(int photo)
        {
            (SiteSet window, int[] rows) = Window(sites(photo), random);
            byte[] all = labels(photo);
            byte[] truth = [.. window.Indices.Select(index => all[index])];
            if (!truth.AsSpan().ContainsAnyExcept(options.IgnoreIndex))
            {
                return double.NaN;
            }

            foreach (Parameter parameter in parameters)
            {
                Array.Clear(parameter.Gradient);
            }

            var tape = new Tape(_workers, new Random(random.Next()));
            Variable logits = forward(photo, window, rows, tape);
            double loss = CrossEntropy.Apply(logits, truth, options.IgnoreIndex, weights, 1, _workers);
            if (!double.IsFinite(loss))
            {
                throw new InvalidOperationException(
                    $"loss: expected a finite number, got {loss} in step {step + 1}; a lower LearningRate may help");
            }

            tape.Backward();
            if (double.IsFinite(GradientClipping.ByNorm(trained, options.GradientClip)))
            {
                optimizer.Step(schedule.Rate(step));
            }

            return loss;
        }
    }

    private (SiteSet Window, int[] Rows) Window(SiteSet sites, Random random)
    {
        int top = random.Next(Math.Max(1, sites.Height - options.CropHeight + 1));
        int left = random.Next(Math.Max(1, sites.Width - options.CropWidth + 1));
        List<int> rows = [];
        for (int i = 0; i < sites.Count; i++)
        {
            int y = sites.Indices[i] / sites.Width;
            int x = sites.Indices[i] % sites.Width;
            if (y >= top && y < top + options.CropHeight && x >= left && x < left + options.CropWidth)
            {
                rows.Add(i);
            }
        }

        int[] indices = [.. rows.Select(row => sites.Indices[row])];
        return (new SiteSet(indices, 1, sites.Height, sites.Width), [.. rows]);
    }
}
