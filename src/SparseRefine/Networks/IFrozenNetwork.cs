using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>A <see cref="RefinerNetwork"/> for inference: norms folded, weights packed. Immutable and thread-safe.</summary>
internal interface IFrozenNetwork
{
    /// <summary>Output of every site, with kept buffers; sizes fit.</summary>
    /// <param name="features">[sites, input channels]; the array may be longer.</param>
    /// <param name="isPooled">Whether the features are the pool's, to be given back as soon as they are read.</param>
    /// <param name="coarse">The picture's dense answer; null where the network does not read it.</param>
    /// <param name="pyramid">Sites.</param>
    /// <param name="pool">Where buffers come from and go to. What an interrupted run had is left to the collector.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, classes], for the caller to give back to the pool; the array may be longer.</returns>
    float[] Infer(float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers);
}
