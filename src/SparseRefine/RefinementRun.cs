using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine;

/// <summary>
/// What a <see cref="SparseRefiner"/> keeps from picture to picture: the passes of its stages and the grid of the last size. One picture at a
/// time; the refiner makes another for a second thread.
/// </summary>
internal sealed class RefinementRun
{
    private readonly SparseRefiner _refiner;
    private readonly FrozenWeights _weights;
    private readonly BufferPool _pool;
    private readonly LogitScan _scan = new();
    private readonly FeaturePass _features;
    private readonly EnsemblePass? _ensemble;
    private LogitGrid? _grid;

    public RefinementRun(SparseRefiner refiner, FrozenWeights weights, BufferPool pool)
    {
        _refiner = refiner;
        _weights = weights;
        _pool = pool;
        _features = new FeaturePass(refiner.Features, SparseRefiner.ProbabilityThreshold);
        _ensemble = refiner.Ensembler is ITileEnsembler ensembler ? new EnsemblePass(ensembler) : null;
    }

    /// <summary>All stages; only the label map is new.</summary>
    public LabelMap Refine(ImageView image, LogitMap logits, Workers workers)
    {
        if (_refiner.Selector is not IScanSelector selector)
        {
            PixelSelection selection = _refiner.Selector.Select(logits, image.Height, image.Width, workers);
            byte[] copy = [.. selection.DenseLabels.Labels];
            Mend(image, Sampler(logits, image.Height, image.Width), selection.Sites, copy, workers);
            return new LabelMap(copy, image.Height, image.Width);
        }

        byte[] labels = GC.AllocateUninitializedArray<byte>(LogitScan.PixelCount(image.Height, image.Width));
        _scan.Begin(logits, image.Height, image.Width, selector.Mode, labels, workers);
        selector.Scan(_scan, workers);
        LogitSampler sampler = selector.Mode == _refiner.Interpolation ? _scan.Sampler : Sampler(logits, image.Height, image.Width);
        Mend(image, sampler, SiteSet.OverBuffer(_scan.Indices, _scan.Count, image.Height, image.Width), labels, workers);
        _scan.End();
        return new LabelMap(labels, image.Height, image.Width);
    }

    /// <summary>Features and sparse network.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="sampler">Checked logits.</param>
    /// <param name="sites">Its pixels, at least one.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="isPooled">Whether the result is to be given back with <see cref="Return"/>, and may be longer; else it is the caller's.</param>
    /// <returns>[sites, classes].</returns>
    public float[] Extract(ImageView image, LogitSampler sampler, SiteSet sites, Workers workers, bool isPooled)
    {
        SparseUNetOptions options = _refiner.Network.Options;
        float[] features = _pool.Rent<float>(checked(sites.Count * options.InputChannels));
        _features.Run(image, sampler, sites.Indices, sites.Count, features, workers);
        using SitePyramid pyramid = SitePyramid.Build(sites, options.Planes.Count, workers, _pool);
        return _weights.Get().Infer(features, true, pyramid, _pool, isPooled, workers);
    }

    /// <summary>Takes back what <see cref="Extract"/> gave.</summary>
    public void Return(float[] sparse) => _pool.Return(sparse);

    /// <summary>Merged labels of the sites into <paramref name="labels"/>.</summary>
    public void MergeLabels(LogitSampler sampler, SiteSet sites, float[] sparse, byte[] labels, Workers workers)
    {
        if (_ensemble is not null)
        {
            _ensemble.MergeLabels(sampler, sites.Indices, sparse, labels, sites.Count, workers);
            return;
        }

        // An ensembler from outside takes and gives arrays of exactly the right length.
        int length = sites.Count * _refiner.Classes;
        float[] dense = new float[length];
        LogitTile.Gather(sampler, sites, dense, workers);
        float[] merged = _refiner.Ensembler.Ensemble(
            dense, sparse.AsSpan(0, length).ToArray(), sites.Count, _refiner.Classes, workers);
        LabelMerger.Write(merged, sites, _refiner.Classes, labels);
    }

    /// <summary>Merged logits of the sites, [sites, classes], in a new array.</summary>
    public float[] MergeRows(LogitSampler sampler, SiteSet sites, float[] sparse, Workers workers)
    {
        float[] merged = GC.AllocateUninitializedArray<float>(sites.Count * _refiner.Classes);
        if (_ensemble is not null)
        {
            _ensemble.MergeRows(sampler, sites.Indices, sparse, merged, sites.Count, workers);
            return merged;
        }

        LogitTile.Gather(sampler, sites, merged, workers);
        return _refiner.Ensembler.Ensemble(merged, sparse, sites.Count, _refiner.Classes, workers);
    }

    /// <summary>The map at a picture's size. Its values are not looked at.</summary>
    public LogitSampler Sampler(LogitMap logits, int height, int width)
    {
        if (_grid is null || !_grid.Fits(logits, height, width, _refiner.Interpolation))
        {
            _grid = LogitSampler.CreateGrid(logits, height, width, _refiner.Interpolation);
        }

        return new LogitSampler(logits, _grid);
    }

    private void Mend(ImageView image, LogitSampler sampler, SiteSet sites, byte[] labels, Workers workers)
    {
        if (sites.Count == 0)
        {
            return;
        }

        float[] sparse = Extract(image, sampler, sites, workers, isPooled: true);
        MergeLabels(sampler, sites, sparse, labels, workers);
        Return(sparse);
    }
}
