using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A network that does not know the classes: one and the same <see cref="SparseUNet"/> looks at each class by itself, at the selected pixels that
/// the dense model finds at all likely to be of it, and corrects that class's score. So its weights serve any number of classes and any dense
/// model. The last layer starts at 0, so that training starts from the dense answer.
/// </summary>
/// <remarks>
/// For a class c the U-Net runs over the sites with p_c &gt;= <see cref="ClassPairs.MinProbability"/>; such a site and class are a <em>pair</em>.
/// What it sees of a pair (<see cref="PairFeatures"/>) says nothing about which class it is: how likely it is, alone and beside the other classes, the color, and
/// what a guided filter would make of the class's probabilities there (<see cref="ColorFit"/>). Pixels of pairs correct nothing else: f of all other classes is 0.
/// </remarks>
internal sealed class UniversalNetwork : RefinerNetwork
{
    /// <summary>Makes the network with He-initialised convolutions.</summary>
    public UniversalNetwork(UniversalNetworkOptions options, int seed)
        : this(options, new SparseUNet(new SparseUNetOptions(PairFeatures.Channels, classes: 1, options.Planes, options.Reps), seed))
    {
        Array.Clear(Core.Final.Core.Weight.Value);
        Array.Clear(Core.Final.Core.Bias!.Value);
    }

    private UniversalNetwork(UniversalNetworkOptions options, SparseUNet core)
        : base(options) => Core = core;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => Core.Parameters;

    /// <inheritdoc/>
    public override bool CorrectsScores => true;

    /// <inheritdoc/>
    public override int CoarseFeatures => 0;

    /// <summary>Pairs in, one correction a pair out.</summary>
    internal SparseUNet Core { get; }

    internal override int Convolutions => Core.Convolutions;

    internal override int Levels => 1;

    internal override bool ReadsCoarseColumn => true;

    internal override bool ReadsCoarsePhoto => true;

    /// <summary>The same weights, not copied, for another number of classes.</summary>
    public UniversalNetwork For(int classes) => new(new UniversalNetworkOptions(classes, Planes, Reps), Core);

    internal override Variable RunLayers(Variable input, CoarseColumn? coarse, SitePyramid pyramid, Tape? tape, Workers workers)
    {
        SiteSet sites = pyramid.Levels[0].Sites;
        Shapes.Require(input, nameof(input), sites.Count, InputChannels);
        PairBatch batch = new(workers, tape?.Pool);
        int plane = sites.Height * sites.Width;
        for (int image = 0, first = 0; image < sites.Images; image++)
        {
            int next = sites.Indices.AsSpan(first, sites.Count - first).IndexOfAnyInRange((image + 1) * plane, int.MaxValue);
            next = next < 0 ? sites.Count : first + next;
            batch.Add(input.Value, first, [.. sites.Indices[first..next].Select(index => index - (image * plane))], coarse!, image, sites.Height, sites.Width);
            first = next;
        }

        return batch.Scatter(Run(batch, tape, workers), null, sites.Count, Classes, tape);
    }

    /// <summary>Corrections of all pairs of a batch, [pairs, 1].</summary>
    internal Variable Run(PairBatch batch, Tape? tape, Workers workers)
    {
        SitePyramid pyramid = SitePyramid.Build(batch.Sites(), Planes.Count, workers, tape?.Pool);
        if (tape is null)
        {
            using (pyramid)
            {
                return Core.Forward(batch.Features(), pyramid, tape, workers);
            }
        }

        // The backward steps run in reverse, so this one runs last, when no layer reads the pyramid any more.
        tape.Record(pyramid.Dispose);
        return Core.Forward(batch.Features(), pyramid, tape, workers);
    }

    internal override IFrozenNetwork Fold() => new FrozenUniversalNetwork(this);
}
