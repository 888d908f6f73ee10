using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// One stage alone, whose pixels are given: a step takes those within a random window of one photo as it is, for nothing of it
/// may be scaled, mirrored or recolored.
/// </summary>
/// <typeparam name="T">What the stage learns from.</typeparam>
internal abstract class WindowTask<T> : TrainingTask
    where T : ITrainingRow
{
    private readonly ReadAhead<T> _photos;
    private readonly float[]? _weights;
    private readonly BufferPool _pool = new();

    protected WindowTask(TrainerOptions options, IReadOnlyList<T> training, int validation, int classes)
        : base(options)
    {
        ThrowIfEmpty(training.Count, nameof(training));
        ThrowIfEmpty(validation, nameof(validation));
        Photos = training;
        _weights = ClassWeights(classes);
        _photos = new ReadAhead<T>((epoch, step) => training[TrainingSeed.Photo(Options.Seed, epoch, step, training.Count)], StepsPerEpoch);
    }

    /// <summary>What the stage learns from.</summary>
    protected IReadOnlyList<T> Photos { get; }

    public override int StepsPerEpoch => checked(Photos.Count * Options.CropsPerPhoto);

    public override void Dispose() => _photos.Dispose();

    public override StepOutcome Step(int epoch, int step)
    {
        T photo = _photos.Take(epoch, step);
        (SiteSet sites, byte[] labels) = Pixels(photo);
        (SiteSet window, int[] rows) = Window(sites, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, step));
        double density = window.Count / Math.Min((double)Options.CropHeight * Options.CropWidth, (double)sites.Height * sites.Width);
        byte[] truth = [.. window.Indices.Select(index => labels[index])];
        if (!truth.AsSpan().ContainsAnyExcept(Options.IgnoreIndex))
        {
            return new StepOutcome(null, density, photo.Name);
        }

        if (_pool.Expect(window.Count))
        {
            _pool.Clear();
        }

        var tape = new Tape(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step), _pool);
        using SitePyramid? pyramid = Levels == 0 ? null : SitePyramid.Build(window, Levels, Workers, _pool);
        Variable logits = Forward(photo, window, rows, pyramid, tape);
        double loss = CrossEntropy.Apply(logits, truth, Options.IgnoreIndex, _weights, 1, Workers);
        if (double.IsFinite(loss))
        {
            tape.Backward();
        }

        return new StepOutcome(loss, density, photo.Name);
    }

    /// <summary>Levels of the pyramid that the stage runs on; 0: it needs none.</summary>
    protected abstract int Levels { get; }

    /// <summary>A photo's selected pixels and labels.</summary>
    protected abstract (SiteSet Sites, byte[] Labels) Pixels(T photo);

    /// <summary>Logits of a window's pixels, which are these rows of the photo's.</summary>
    protected abstract Variable Forward(T photo, SiteSet window, int[] rows, SitePyramid? pyramid, Tape tape);

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
