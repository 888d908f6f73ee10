using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine;

/// <summary>
/// The parts of SparseRefine (arXiv 2407.19014) behind a dense model: selector, features, sparse network, ensembler.
/// Each stage can be called alone; <see cref="Refine"/> runs them in order. Inference is thread-safe as long as nobody
/// trains the parts meanwhile.
/// </summary>
public sealed class SparseRefiner
{
    /// <summary>The t of the feature <c>pt</c>: 1 where a class has the majority.</summary>
    public const float ProbabilityThreshold = 0.5f;

    /// <summary>Joins parts that fit together.</summary>
    /// <param name="selector">Finds the pixels to process again.</param>
    /// <param name="features">What the network sees of a pixel.</param>
    /// <param name="network">Gives each selected pixel its own logits.</param>
    /// <param name="ensembler">Merges them with the dense ones.</param>
    /// <param name="interpolation">How dense logits are read at full resolution.</param>
    /// <exception cref="ArgumentException">The network's input is not as wide as the features.</exception>
    public SparseRefiner(
        IPixelSelector selector,
        FeatureSpec features,
        SparseUNet network,
        IEnsembler ensembler,
        Interpolation interpolation = Interpolation.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(ensembler);
        int channels = features.Channels(network.Options.Classes);
        if (network.Options.InputChannels != channels)
        {
            throw new ArgumentException(
                $"network: expected {channels} input channels for features '{features.Describe()}', got {network.Options.InputChannels}",
                nameof(network));
        }

        Selector = selector;
        Features = features;
        Network = network;
        Ensembler = ensembler;
        Interpolation = interpolation;
    }

    /// <summary>Finds the pixels to process again.</summary>
    public IPixelSelector Selector { get; }

    /// <summary>What the network sees of a pixel.</summary>
    public FeatureSpec Features { get; }

    /// <summary>Gives each selected pixel its own logits.</summary>
    public SparseUNet Network { get; }

    /// <summary>Merges them with the dense ones.</summary>
    public IEnsembler Ensembler { get; }

    /// <summary>How dense logits are read at full resolution.</summary>
    public Interpolation Interpolation { get; }

    /// <summary>Number of classes.</summary>
    public int Classes => Network.Options.Classes;

    /// <summary>The same parts behind another selector; weights are shared, not copied.</summary>
    /// <param name="selector">The selector to use.</param>
    /// <returns>A refiner over the same weights.</returns>
    public SparseRefiner WithSelector(IPixelSelector selector) => new(selector, Features, Network, Ensembler, Interpolation);

    /// <summary>The same parts with another ensembler; weights are shared, not copied.</summary>
    /// <param name="ensembler">The ensembler to use.</param>
    /// <returns>A refiner over the same weights.</returns>
    public SparseRefiner WithEnsembler(IEnsembler ensembler) => new(Selector, Features, Network, ensembler, Interpolation);

    /// <summary>Runs the sparse network on the selected pixels.</summary>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="selection">Pixels of the photo.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>[sites, classes]; no rows where nothing is selected.</returns>
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

        float[] features = RefinerFeatures.Extract(
            image, logits, selection.Sites, Features, ProbabilityThreshold, Interpolation, workers);
        using var pyramid = Sites.SitePyramid.Build(selection.Sites, Network.Options.Planes.Count, workers);
        return new SparseLogits(selection.Sites, Network.Infer(features, pyramid, workers), Classes);
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
        if (sparse.Sites.Count == 0)
        {
            return [];
        }

        float[] dense = new float[sparse.Values.Length];
        new LogitSampler(logits, sparse.Sites.Height, sparse.Sites.Width, Interpolation).Gather(sparse.Sites, dense, workers);
        return Ensembler.Ensemble(dense, sparse.Values, sparse.Sites.Count, Classes, workers);
    }

    /// <summary>Every stage after the dense model.</summary>
    /// <param name="image">The photo at full resolution.</param>
    /// <param name="logits">The dense model's scores at its own resolution.</param>
    /// <param name="workers">Threads to use; the result does not depend on their number.</param>
    /// <returns>A label for every pixel of the photo; the dense answer where nothing was selected.</returns>
    public LabelMap Refine(ImageView image, LogitMap logits, Workers workers)
    {
        PixelSelection selection = Selector.Select(logits, image.Height, image.Width, workers);
        SparseLogits sparse = Extract(image, logits, selection, workers);
        return LabelMerger.Merge(selection, Ensemble(logits, sparse, workers), Classes);
    }

    internal void ThrowIfOtherClasses(LogitMap logits)
    {
        if (logits.Classes != Classes)
        {
            throw new ArgumentException($"logits: expected {Classes} classes, got {logits.Classes}", nameof(logits));
        }
    }
}
