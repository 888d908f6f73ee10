using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>What the sparse network sees of the selected pixels (SparseRefine, section 3.2).</summary>
internal static class RefinerFeatures
{
    /// <summary>Computes the features of the selected pixels.</summary>
    /// <param name="image">The photo at full resolution; not kept.</param>
    /// <param name="logits">The dense model's scores, at any resolution.</param>
    /// <param name="sites">Pixels of the photo, any order; may be empty.</param>
    /// <param name="spec">Which features, in which order.</param>
    /// <param name="threshold">Probability above which <c>pt</c> is 1; not used without <c>pt</c>.</param>
    /// <param name="mode">How the logits are read: nearest or bilinear.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <returns>[sites.Count, spec.Channels(classes)], row i for site i.</returns>
    /// <exception cref="ArgumentException">Sites of another size than the photo, or another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public static float[] Extract(
        ImageView image,
        LogitMap logits,
        SiteSet sites,
        FeatureSpec spec,
        float threshold,
        Interpolation mode,
        Workers workers)
    {
        if (sites.Images != 1 || sites.Height != image.Height || sites.Width != image.Width)
        {
            throw new ArgumentException(
                $"sites: expected 1x{image.Height}x{image.Width}, got {sites.Images}x{sites.Height}x{sites.Width}",
                nameof(sites));
        }

        float[] features = GC.AllocateUninitializedArray<float>(checked(sites.Count * spec.Channels(logits.Classes)));
        var pass = new FeaturePass(spec, threshold);
        bool usesLogits = pass.UsesLogits;
        LogitSampler sampler = usesLogits
            ? new LogitSampler(logits, image.Height, image.Width, mode)
            : new LogitSampler(logits, LogitSampler.CreateGrid(logits, image.Height, image.Width, mode));
        pass.Run(image, sampler, sites.Indices, sites.Count, features, workers);
        return features;
    }
}
