using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// Brings the coarse column's probabilities and features into one level of the fine one: read at the level's sites, normed and mapped linearly to the
/// level's channels.
/// </summary>
internal sealed class CrossConnection(string name, int coarseChannels, int plane, Random random)
{
    public NormedLinear Layer { get; } = new(name, coarseChannels, plane, random);

    public IReadOnlyList<Parameter> Parameters => Layer.Parameters;

    /// <summary>What the layer sees of a column that does not learn.</summary>
    public static Variable Read(CoarseColumn coarse, SiteSet sites, Tape? tape, Workers workers)
    {
        Variable read = Variable.Output(tape, sites.Count, coarse.Channels, needsGradient: false);
        tape?.Record(read, () => { });
        coarse.Gather(sites, read.Value, workers);
        return read;
    }

    /// <summary>Both norms folded in: its own in front, and the one behind the sum to which its result is added.</summary>
    public Folded Fold(BatchNorm behind) => new(Layer.Fold(behind));

    internal sealed record Folded(NormedLinear.Folded Layer)
    {
        /// <summary>Writes [sites, plane]; the array may be longer.</summary>
        public void Run(CoarseColumn coarse, SiteSet sites, float[] output, BufferPool pool, Workers workers)
        {
            float[] read = pool.Rent<float>(checked(sites.Count * coarse.Channels));
            coarse.Gather(sites, read, workers);
            Layer.Run(read, sites.Count, output, workers);
            pool.Return(read);
        }
    }
}
