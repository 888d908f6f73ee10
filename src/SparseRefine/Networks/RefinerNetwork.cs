using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// What runs on the selected pixels at full resolution: the <see cref="SparseUNet"/> of SparseRefine or the <see cref="FineColumn"/> of
/// the two-column network. Not thread-safe in training; inference is as long as nobody trains.
/// </summary>
internal abstract class RefinerNetwork
{
    private readonly RefinerShape _shape;

    private protected RefinerNetwork(RefinerShape shape) => _shape = shape;

    /// <summary>Features of a site.</summary>
    public int InputChannels => _shape.InputChannels;

    /// <summary>Logits of a site.</summary>
    public int Classes => _shape.Classes;

    /// <summary>Channels of each level, finest first.</summary>
    public IReadOnlyList<int> Planes => _shape.Planes;

    /// <summary>Blocks of each level and direction.</summary>
    public int Reps => _shape.Reps;

    /// <summary>All weights and running statistics, in a fixed order, with unique names.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether the output is a correction of the dense model's scores, to be added to them, rather than an answer by itself.</summary>
    public abstract bool CorrectsScores { get; }

    /// <summary>
    /// Channels of the dense model's inner features that the network looks at beside its input; 0: none. The scores themselves are
    /// always there.
    /// </summary>
    public abstract int CoarseFeatures { get; }

    /// <summary>Multiply-adds that a photo takes once, however many of its pixels are selected: on the dense model's inner features.</summary>
    /// <param name="logits">The photo's dense answer, with the features that the network reads.</param>
    internal virtual long MultiplyAdds(LogitMap logits) => 0;

    /// <summary>Takes over another network's weights and running statistics, as to go on training from them.</summary>
    /// <param name="other">A network of the same kind and shape; not changed.</param>
    /// <exception cref="ArgumentException">A network of another shape.</exception>
    /// <exception cref="InvalidInputException">A network that reads other inner features of the dense model.</exception>
    public virtual void CopyFrom(RefinerNetwork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.CoarseFeatures != CoarseFeatures)
        {
            static string Count(int features) => features == 0 ? "none" : $"{features}";
            throw new InvalidInputException(
                "warm start",
                other.CoarseFeatures == 0
                    ? "no inner features of the dense model (--dense-features), as its refiner reads none"
                    : $"{other.CoarseFeatures} inner features of the dense model (--dense-features), which its refiner reads",
                Count(CoarseFeatures));
        }

        Parameter.Copy(other.Parameters, Parameters, "network");
    }

    /// <summary>3x3 convolutions of stride 1 on a level, in each direction.</summary>
    internal abstract int Convolutions { get; }

    /// <summary>
    /// Rows and columns of the photo around a site beyond which no pixel changes the site's output. A 3x3 convolution on level i reaches 2^i pixels
    /// further, the layers of stride 2 between levels i and i + 1 reach 2^i (down) and 2^(i + 1) (up); two pixels of the coarsest level are added
    /// because a level's grid begins at the photo's edge and not at the site.
    /// </summary>
    internal int Reach
    {
        get
        {
            int last = Planes.Count - 1;
            int reach = 1 + (Convolutions << last) + (2 << last);
            for (int i = 0; i < last; i++)
            {
                reach += ((2 * Convolutions) + 1 + 2) << i;
            }

            return reach;
        }
    }

    /// <summary>Levels of the sites' pyramid that <see cref="RunLayers"/> and the frozen form run on.</summary>
    internal virtual int Levels => Planes.Count;

    /// <summary>Whether <see cref="RunLayers"/> and the frozen form need the coarse column.</summary>
    internal abstract bool ReadsCoarseColumn { get; }

    /// <summary>Whether the coarse column must hold the photo, shrunk to the dense model's answer.</summary>
    internal virtual bool ReadsCoarsePhoto => false;

    /// <summary>Output of every site; with a tape, as in training.</summary>
    /// <param name="input">[sites, input channels].</param>
    /// <param name="coarse">The photos' dense answers; null where <see cref="ReadsCoarseColumn"/> is false.</param>
    /// <param name="pyramid">Sites.</param>
    /// <param name="tape">Null in evaluation.</param>
    /// <param name="workers">Threads.</param>
    internal abstract Variable RunLayers(Variable input, CoarseColumn? coarse, SitePyramid pyramid, Tape? tape, Workers workers);

    /// <summary>An immutable form for inference.</summary>
    internal abstract IFrozenNetwork Fold();

    private protected void RequireLevels(SitePyramid pyramid)
    {
        if (pyramid.Levels.Count < Levels)
        {
            throw new ArgumentException($"pyramid: expected at least {Levels} levels, got {pyramid.Levels.Count}", nameof(pyramid));
        }
    }
}
