using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// One stage alone, whose pixels are given: a step takes those within a random window of one photo as it is, for nothing of it
/// may be scaled, mirrored or recoloured.
/// </summary>
internal abstract class WindowTask : TrainingTask
{
    private readonly int _photos;
    private readonly float[]? _weights;

    protected WindowTask(TrainerOptions options, int training, int validation, int classes)
        : base(options)
    {
        ThrowIfEmpty(training, nameof(training));
        ThrowIfEmpty(validation, nameof(validation));
        _photos = training;
        _weights = ClassWeights(classes);
    }

    public override int StepsPerEpoch => checked(_photos * Options.CropsPerPhoto);

    public override StepOutcome Step(int epoch, int step)
    {
        int photo = TrainingSeed.Photo(Options.Seed, epoch, step, _photos);
        (string name, SiteSet sites, byte[] labels) = Training(photo);
        (SiteSet window, int[] rows) = Window(sites, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, step));
        double density = window.Count / Math.Min((double)Options.CropHeight * Options.CropWidth, (double)sites.Height * sites.Width);
        byte[] truth = [.. window.Indices.Select(index => labels[index])];
        if (!truth.AsSpan().ContainsAnyExcept(Options.IgnoreIndex))
        {
            return new StepOutcome(null, density, name);
        }

        var tape = new Tape(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step));
        Variable logits = Forward(photo, window, rows, tape);
        double loss = CrossEntropy.Apply(logits, truth, Options.IgnoreIndex, _weights, 1, Workers);
        if (double.IsFinite(loss))
        {
            tape.Backward();
        }

        return new StepOutcome(loss, density, name);
    }

    /// <summary>A training photo's name, selected pixels and labels.</summary>
    protected abstract (string Name, SiteSet Sites, byte[] Labels) Training(int photo);

    /// <summary>Logits of a window's pixels, which are these rows of the photo's.</summary>
    protected abstract Variable Forward(int photo, SiteSet window, int[] rows, Tape tape);

    private (SiteSet Window, int[] Rows) Window(SiteSet sites, Random random)
    {
        int top = random.Next(Math.Max(1, sites.Height - Options.CropHeight + 1));
        int left = random.Next(Math.Max(1, sites.Width - Options.CropWidth + 1));
        List<int> rows = [];
        for (int i = 0; i < sites.Count; i++)
        {
            int y = sites.Indices[i] / sites.Width;
            int x = sites.Indices[i] % sites.Width;
            if (y >= top && y < top + Options.CropHeight && x >= left && x < left + Options.CropWidth)
            {
                rows.Add(i);
            }
        }

        int[] indices = [.. rows.Select(row => sites.Indices[row])];
        return (new SiteSet(indices, 1, sites.Height, sites.Width), [.. rows]);
    }
}
