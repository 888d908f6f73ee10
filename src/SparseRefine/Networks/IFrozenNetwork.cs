using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>A <see cref="RefinerNetwork"/> for inference: norms folded, weights packed. Immutable and thread-safe.</summary>
internal interface IFrozenNetwork
{
    /// <summary>What the network reads of a photo and its dense answer beside the features of its pixels, once for all of them.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="logits">The dense answer, its values checked.</param>
    /// <param name="pool">Where arrays come from.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>For the caller to give to <see cref="Infer"/> and to dispose; null where the network reads nothing.</returns>
    /// <exception cref="ArgumentException">Other inner features of the dense model than the network's.</exception>
    CoarseColumn? Read(ImageView image, LogitMap logits, BufferPool pool, Workers workers);

    /// <summary>Output of every site, with arrays from a pool. The caller has checked the sizes.</summary>
    /// <param name="features">[sites, input channels]; the array may be longer.</param>
    /// <param name="isPooled">Whether the features' array is from the pool; the network then gives it back once it has read it.</param>
    /// <param name="coarse">What <see cref="Read"/> gave for the photo.</param>
    /// <param name="pyramid">Sites.</param>
    /// <param name="pool">Where arrays come from and go back to. A run that ends in an exception leaves its arrays to the collector.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="multiplyAdds">What it took: every convolution's existing neighbours only, biases and norms left out.</param>
    /// <returns>[sites, classes], for the caller to give back to the pool; the array may be longer.</returns>
    float[] Infer(
        float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers, out long multiplyAdds);
}
