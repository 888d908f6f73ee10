using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.Networks;

/// <summary>A <see cref="UniversalNetwork"/> for inference: class after class, with one class's pairs in memory at a time. Immutable and thread-safe.</summary>
internal sealed class FrozenUniversalNetwork(UniversalNetwork network) : IFrozenNetwork
{
    private const int BlockPairs = 8192;
    private readonly int _classes = network.Classes;
    private readonly int _levels = network.Planes.Count;
    private readonly SparseUNet _shape = network.Core;
    private readonly FrozenSparseUNet _core = network.Core.Freeze();

    /// <inheritdoc/>
    public CoarseColumn? Read(ImageView image, LogitMap logits, BufferPool pool, Workers workers) =>
        new([logits], 0, workers, pool, [WindowResampler.Shrink(image, logits)]);

    /// <inheritdoc/>
    public float[] Infer(
        float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers, out long multiplyAdds)
    {
        SiteSet sites = pyramid.Levels[0].Sites;
        ImageBuffer photo = coarse!.Photo(0);
        ColorFit fit = new(photo, pool, workers);
        ClassPairs pairs = new(features, 0, sites.Count, _classes, pool, workers);
        PairFeatures source = new(
            features, 0, sites.Indices, _classes, new LogitGrid(photo.Height, photo.Width, sites.Height, sites.Width, Interpolation.Bilinear));
        float[] corrections = pool.Rent<float>(checked(sites.Count * _classes));
        corrections.AsSpan(0, sites.Count * _classes).Clear();
        multiplyAdds = 0;
        for (int c = 0; c < _classes; c++)
        {
            int count = pairs.CountOf(c);
            if (count == 0)
            {
                continue;
            }

            int ofClass = c;
            int start = pairs.Start(c);
            float[] coefficients = fit.Coefficients(coarse.Probabilities(0).Values, _classes, c);
            float[] input = pool.Rent<float>(checked(count * PairFeatures.Channels));
            source.Write(pairs, c, coefficients, input, 0, workers);
            pool.Return(coefficients);
            int[] indices = pool.Rent<int>(count);
            workers.For(count, BlockPairs, (_, from, to) =>
            {
                for (int i = from; i < to; i++)
                {
                    indices[i] = sites.Indices[pairs.Rows[start + i]];
                }
            });
            using SitePyramid own = SitePyramid.Build(SiteSet.OverBuffer(indices, count, sites.Height, sites.Width), _levels, workers, pool);
            multiplyAdds += _shape.MultiplyAdds(own);
            float[] output = _core.Infer(input, true, null, own, pool, workers);
            workers.For(count, BlockPairs, (_, from, to) =>
            {
                for (int i = from; i < to; i++)
                {
                    corrections[(pairs.Rows[start + i] * _classes) + ofClass] = output[i];
                }
            });
            pool.Return(output);
            pool.Return(indices);
        }

        pairs.Return();
        fit.Return();
        if (isPooled)
        {
            pool.Return(features);
        }

        return corrections;
    }
}
