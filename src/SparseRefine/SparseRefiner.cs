using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine;

/// <summary>
/// The parts of SparseRefine (arXiv 2407.19014) behind a dense model: selector, features, sparse network, ensembler.
/// Each stage can be called alone; <see cref="Refine(ImageView, LogitMap, Workers)"/> runs them in order and is the way to score many photos: it allocates the label map
/// and a few kilobytes. Inference is thread-safe as long as nobody trains the parts meanwhile.
/// </summary>
/// <remarks>
/// A refiner keeps its working buffers for the next photo, as much as the largest photo so far took and once for each thread that
/// refined at the same time: about 0.3 to 1 kB a selected pixel, whatever the planes. <see cref="ReleaseBuffers"/> lets them go. The network's weights are folded
/// and packed when first needed, and again when they have changed.
/// </remarks>
public sealed partial class SparseRefiner
{
    /// <summary>The t of the feature <c>pt</c>: 1 where a class has the majority.</summary>
    public const float ProbabilityThreshold = 0.5f;

    private readonly FrozenWeights _weights;
    private readonly BufferPool _pool;
    private RefinementRun? _idle;

    /// <summary>Joins parts that fit together.</summary>
    /// <param name="selector">Finds the pixels to process again.</param>
    /// <param name="features">What the network sees of a pixel.</param>
    /// <param name="network">Gives each selected pixel its own logits.</param>
    /// <param name="ensembler">Merges them with the dense ones.</param>
    /// <param name="interpolation">How dense logits are read at full resolution.</param>
    /// <exception cref="ArgumentException">The network's input is not as wide as the features, or ensembler or selector have other classes.</exception>
    internal SparseRefiner(
        IPixelSelector selector,
        FeatureSpec features,
        RefinerNetwork network,
        Ensembler ensembler,
        Interpolation interpolation = Interpolation.Bilinear)
        : this(selector, features, network, ensembler, interpolation, null)
    {
    }

    private SparseRefiner(
        IPixelSelector selector,
        FeatureSpec features,
        RefinerNetwork network,
        Ensembler ensembler,
        Interpolation interpolation,
        SparseRefiner? origin)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(ensembler);
        int channels = features.Channels(network.Classes);
        if (network.InputChannels != channels)
        {
            throw new ArgumentException(
                $"network: expected {channels} input channels for features '{features.Describe()}', got {network.InputChannels}",
                nameof(network));
        }

        if (ensembler.Classes > 0 && ensembler.Classes != network.Classes)
        {
            throw new ArgumentException(
                $"ensembler: expected {network.Classes} classes as the network, got {ensembler.Classes}", nameof(ensembler));
        }

        if (selector is LearnedSelector { Network: ActivationNetwork activation } && activation.Classes != network.Classes)
        {
            throw new ArgumentException(
                $"selector: expected {network.Classes} classes as the network, got {activation.Classes}", nameof(selector));
        }

        Selector = selector;
        Features = features;
        Network = network;
        Ensembler = ensembler;
        Interpolation = interpolation;
        _weights = origin?._weights ?? new FrozenWeights(network);
        _pool = origin?._pool ?? new BufferPool();
    }

    /// <summary>Finds the pixels to process again.</summary>
    public IPixelSelector Selector { get; }

    /// <summary>What the network sees of a pixel.</summary>
    public FeatureSpec Features { get; }

    /// <summary>Gives each selected pixel its own logits.</summary>
    internal RefinerNetwork Network { get; }

    /// <summary>Merges them with the dense ones.</summary>
    internal Ensembler Ensembler { get; }

    /// <summary>How dense logits are read at full resolution.</summary>
    public Interpolation Interpolation { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Network.Classes;

    /// <summary>Working buffers, which training shares: a step and a validation follow each other and never need theirs at once.</summary>
    internal BufferPool Pool => _pool;

    /// <summary>The same parts behind another selector; weights are shared, not copied.</summary>
    /// <param name="selector">The selector to use. A learned one without weights takes those of this refiner's own.</param>
    /// <returns>A refiner over the same weights.</returns>
    /// <exception cref="InvalidInputException">A learned selector without weights where this refiner has none either.</exception>
    /// <exception cref="ArgumentException">A learned selector of other classes.</exception>
    public SparseRefiner WithSelector(IPixelSelector selector)
    {
        if (selector is LearnedSelector { Network: null } bare)
        {
            selector = Selector is LearnedSelector { Network: ActivationNetwork weights }
                ? bare.WithNetwork(weights)
                : throw new InvalidInputException(
                    "selector", "a learned one with weights, or a refiner whose own has some", $"'{bare.Describe()}' and '{Selector.Describe()}'");
        }

        return new(selector, Features, Network, Ensembler, Interpolation, this);
    }

    /// <summary>The same parts with another ensembler; weights are shared, not copied.</summary>
    /// <param name="ensembler">The ensembler to use.</param>
    /// <returns>A refiner over the same weights.</returns>
    internal SparseRefiner WithEnsembler(Ensembler ensembler) => new(Selector, Features, Network, ensembler, Interpolation, this);

    /// <summary>Runs the sparse network on the selected pixels.</summary>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="selection">Pixels of the photo.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>
    /// [sites, classes]; no rows where nothing is selected. Where the selection has activations w, or the network corrects scores, the dense
    /// scores z are in it: z + w (s - z), or z + w f.
    /// </returns>
    /// <exception cref="ArgumentException">Class counts or sizes that do not fit together.</exception>
    public SparseLogits Extract(ImageView image, LogitMap logits, PixelSelection selection, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(selection);
        ThrowIfOtherClasses(logits);
        if (selection.Sites.Height != image.Height || selection.Sites.Width != image.Width)
        {
            throw new ArgumentException(
                $"selection: expected {image.Height}x{image.Width} as the image, got {selection.Sites.Height}x{selection.Sites.Width}",
                nameof(selection));
        }

        if (selection.Sites.Count == 0)
        {
            return new SparseLogits(selection.Sites, [], Classes);
        }

        RefinementRun run = Begin();
        LogitSampler sampler = run.Sampler(logits, image.Height, image.Width);
        LogitSampler.ThrowUnlessFinite(logits);
        float[] sparse = run.Extract(image, sampler, selection.Sites, selection.Activation, workers);
        SparseLogits taken = run.Take(sparse, selection.Sites);
        End(run);
        return taken;
    }

    /// <summary>Merges dense and sparse scores on the selected pixels.</summary>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="sparse">The sparse network's scores.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>Merged logits, [sites, classes].</returns>
    /// <exception cref="ArgumentException">Class counts that differ.</exception>
    public float[] Ensemble(LogitMap logits, SparseLogits sparse, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(sparse);
        ThrowIfOtherClasses(logits);
        if (sparse.Classes != Classes)
        {
            throw new ArgumentException($"sparse: expected {Classes} classes, got {sparse.Classes}", nameof(sparse));
        }

        if (sparse.Sites.Count == 0)
        {
            return [];
        }

        RefinementRun run = Begin();
        LogitSampler sampler = run.Sampler(logits, sparse.Sites.Height, sparse.Sites.Width);
        LogitSampler.ThrowUnlessFinite(logits);
        float[] merged = run.MergeRows(sampler, sparse.Sites, sparse.Values, workers);
        End(run);
        return merged;
    }

    /// <summary>Every stage after the dense model. Allocates the result and a few kilobytes once photos of the size have been seen.</summary>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>A label for every pixel of the photo; the dense answer where nothing was selected.</returns>
    /// <exception cref="ArgumentException">Another number of classes.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude; a merged logit that is NaN.</exception>
    public LabelMap Refine(ImageView image, LogitMap logits, Workers workers) =>
        Refine(image, logits, RefinementParts.None, workers).Labels;

    /// <summary>Every stage after the dense model, with what each took and, where asked for, what it found.</summary>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="parts">What the result holds beside labels, times and multiply-adds.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>The labels and the parts.</returns>
    /// <exception cref="ArgumentException">Another number of classes.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude; a merged logit that is NaN.</exception>
    public RefinementResult Refine(ImageView image, LogitMap logits, RefinementParts parts, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(workers);
        ThrowIfOtherClasses(logits);
        RefinementRun run = Begin();
        RefinementResult result = run.Refine(image, logits, parts, workers);
        End(run);
        return result;
    }

    /// <summary>Drops the buffers that are kept for the next photo; refiners over the same weights share most of them.</summary>
    public void ReleaseBuffers()
    {
        Interlocked.Exchange(ref _idle, null);
        _pool.Clear();
    }

    // A run that ends in an exception is not kept.
    private RefinementRun Begin() => Interlocked.Exchange(ref _idle, null) ?? new RefinementRun(this, _weights, _pool);

    private void End(RefinementRun run) => Volatile.Write(ref _idle, run);

    internal void ThrowIfOtherClasses(LogitMap logits)
    {
        if (logits.Classes != Classes)
        {
            throw new ArgumentException($"logits: expected {Classes} classes, got {logits.Classes}", nameof(logits));
        }
    }
}
