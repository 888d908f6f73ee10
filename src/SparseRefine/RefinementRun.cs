using System.Diagnostics;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine;

/// <summary>
/// What a <see cref="SparseRefiner"/> keeps from photo to photo: the passes of its stages and the grid of the last size. One photo at a
/// time; the refiner makes another for a second thread.
/// </summary>
internal sealed class RefinementRun
{
    // 0.3 to 1 kB a site: about 2 GB at most, however many pixels are selected.
    private const int MostSites = 1 << 21;

    private readonly SparseRefiner _refiner;
    private readonly FrozenWeights _weights;
    private readonly BufferPool _pool;
    private readonly LogitScan _scan = new();
    private readonly FeaturePass _features;
    private readonly EnsemblePass _ensemble;
    private readonly int _mostSites;
    private LogitGrid? _grid;

    public RefinementRun(SparseRefiner refiner, FrozenWeights weights, BufferPool pool, int mostSites = MostSites)
    {
        _refiner = refiner;
        _mostSites = mostSites;
        _weights = weights;
        _pool = pool;
        _features = new FeaturePass(refiner.Features, SparseRefiner.ProbabilityThreshold);
        _ensemble = new EnsemblePass(refiner.Ensembler);
    }

    /// <summary>Multiply-adds of the network in the last <see cref="Extract"/>, from the pyramids that it was run on.</summary>
    public long MultiplyAdds { get; private set; }

    /// <summary>All stages; the label map is new, and so are the parts that are asked for.</summary>
    public RefinementResult Refine(ImageView image, LogitMap logits, RefinementParts parts, Workers workers)
    {
        long start = Stopwatch.GetTimestamp();
        (int height, int width) = (image.Height, image.Width);
        bool isSelectionAsked = parts.HasFlag(RefinementParts.Selection);
        if (_refiner.Selector is not IScanSelector selector)
        {
            PixelSelection found = _refiner.Selector.Select(logits, height, width, workers);

            // A learned selector makes its labels for this call; one from outside may keep them.
            byte[] dense = found.DenseLabels.Labels;
            byte[] own = isSelectionAsked || _refiner.Selector is not LearnedSelector ? [.. dense] : dense;
            return Mend(image, Sampler(logits, height, width), found.Sites, found, own, parts, start, workers);
        }

        byte[] labels = GC.AllocateUninitializedArray<byte>(LogitScan.PixelCount(height, width));
        _scan.Begin(logits, height, width, selector.Mode, labels, workers);
        selector.Scan(_scan, workers);
        LogitSampler sampler = selector.Mode == _refiner.Interpolation ? _scan.Sampler : Sampler(logits, height, width);

        // Sites that leave the engine have an array of their own; others stay in the scan's, which the next photo overwrites.
        int[] indices = parts == RefinementParts.None ? _scan.Indices : _scan.Indices.AsSpan(0, _scan.Count).ToArray();
        SiteSet sites = SiteSet.OverBuffer(indices, _scan.Count, height, width);
        PixelSelection? selection = null;
        if (isSelectionAsked)
        {
            selection = new PixelSelection(sites, new LabelMap(labels, height, width));
            labels = [.. labels];
        }

        RefinementResult result = Mend(image, sampler, sites, selection, labels, parts, start, workers);
        _scan.End();
        return result;
    }

    /// <summary>
    /// Features, sparse network, and the dense scores where they belong to the answer; band by band where there are many sites, with the
    /// same bits.
    /// </summary>
    /// <param name="image">The photo.</param>
    /// <param name="sampler">Checked logits.</param>
    /// <param name="sites">Its pixels, row-major, at least one.</param>
    /// <param name="activation">What the answer weighs; null: fully.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, classes], to be given to <see cref="Take"/> or back to the pool; the array may be longer.</returns>
    public float[] Extract(ImageView image, LogitSampler sampler, SiteSet sites, ActivationMap? activation, Workers workers)
    {
        MultiplyAdds = 0;
        RefinerNetwork network = _refiner.Network;
        using CoarseColumn? coarse = _weights.Get().Read(image, sampler.Map, _pool, workers);
        MultiplyAdds += network.MultiplyAdds(sampler.Map);
        if (sites.Count <= _mostSites)
        {
            return ExtractAtOnce(image, sampler, coarse, sites, activation, workers);
        }

        int classes = _refiner.Classes;
        float[] logits = _pool.Rent<float>(checked(sites.Count * classes));
        foreach (SiteBand band in SiteBand.Split(sites, network.Reach, _mostSites))
        {
            int[] indices = _pool.Rent<int>(band.End - band.Start);
            sites.Indices.AsSpan(band.Start..band.End).CopyTo(indices);
            float[] part = ExtractAtOnce(
                image, sampler, coarse, SiteSet.OverBuffer(indices, band.End - band.Start, sites.Height, sites.Width), activation, workers);
            part.AsSpan((band.CoreStart - band.Start) * classes, (band.CoreEnd - band.CoreStart) * classes)
                .CopyTo(logits.AsSpan(band.CoreStart * classes));
            _pool.Return(part);
            _pool.Return(indices);
        }

        return logits;
    }

    /// <summary>What <see cref="Extract"/> gave, in an array of its own: the pooled one is given back.</summary>
    public SparseLogits Take(float[] sparse, SiteSet sites)
    {
        float[] values = sparse.AsSpan(0, sites.Count * _refiner.Classes).ToArray();
        _pool.Return(sparse);
        return new SparseLogits(sites, values, _refiner.Classes) { MultiplyAdds = MultiplyAdds };
    }

    /// <summary>Merged labels of the sites into <paramref name="labels"/>.</summary>
    public void MergeLabels(LogitSampler sampler, SiteSet sites, float[] sparse, byte[] labels, Workers workers) =>
        _ensemble.MergeLabels(sampler, sites.Indices, sparse, labels, sites.Count, workers);

    /// <summary>Merged logits of the sites, [sites, classes], in a new array.</summary>
    public float[] MergeRows(LogitSampler sampler, SiteSet sites, float[] sparse, Workers workers)
    {
        float[] merged = GC.AllocateUninitializedArray<float>(sites.Count * _refiner.Classes);
        _ensemble.MergeRows(sampler, sites.Indices, sparse, merged, sites.Count, workers);
        return merged;
    }

    /// <summary>The map at a photo's size. Its values are not looked at.</summary>
    public LogitSampler Sampler(LogitMap logits, int height, int width)
    {
        if (_grid is null || !_grid.Fits(logits, height, width, _refiner.Interpolation))
        {
            _grid = LogitSampler.CreateGrid(logits, height, width, _refiner.Interpolation);
        }

        return new LogitSampler(logits, _grid);
    }

    private float[] ExtractAtOnce(
        ImageView image, LogitSampler sampler, CoarseColumn? coarse, SiteSet sites, ActivationMap? activation, Workers workers)
    {
        RefinerNetwork network = _refiner.Network;
        float[] features = _pool.Rent<float>(checked(sites.Count * network.InputChannels));
        _features.Run(image, sampler, sites.Indices, sites.Count, features, workers);
        using SitePyramid pyramid = SitePyramid.Build(sites, network.Levels, workers, _pool);
        float[] sparse = _weights.Get().Infer(features, true, coarse, pyramid, _pool, workers, out long multiplyAdds);
        MultiplyAdds += multiplyAdds;
        if (network.CorrectsScores || activation is not null)
        {
            float[] dense = _pool.Rent<float>(checked(sites.Count * _refiner.Classes));
            LogitTile.Gather(sampler, sites, dense, workers);
            Fusion.Apply(dense, sparse, sites, _refiner.Classes, activation, network.CorrectsScores, workers);
            _pool.Return(dense);
        }

        return sparse;
    }

    // What follows the selection, which began at the start. The labels are the dense ones and become the answer.
    private RefinementResult Mend(
        ImageView image,
        LogitSampler sampler,
        SiteSet sites,
        PixelSelection? selection,
        byte[] labels,
        RefinementParts parts,
        long start,
        Workers workers)
    {
        long selected = Stopwatch.GetTimestamp();
        (long extracted, long ensembled) = (selected, selected);
        MultiplyAdds = 0;
        SparseLogits? logits = null;
        if (sites.Count > 0)
        {
            float[] sparse = Extract(image, sampler, sites, selection?.Activation, workers);
            extracted = Stopwatch.GetTimestamp();
            MergeLabels(sampler, sites, sparse, labels, workers);
            if (parts.HasFlag(RefinementParts.SparseLogits))
            {
                logits = Take(sparse, sites);
            }
            else
            {
                _pool.Return(sparse);
            }

            ensembled = Stopwatch.GetTimestamp();
        }
        else if (parts.HasFlag(RefinementParts.SparseLogits))
        {
            logits = new SparseLogits(sites, [], _refiner.Classes);
        }

        return new RefinementResult
        {
            Labels = new LabelMap(labels, image.Height, image.Width),
            SelectedPixels = sites.Count,
            Selection = parts.HasFlag(RefinementParts.Selection) ? selection : null,
            SparseLogits = logits,
            Times = new StageTimes
            {
                Select = Stopwatch.GetElapsedTime(start, selected).TotalMilliseconds,
                Extract = Stopwatch.GetElapsedTime(selected, extracted).TotalMilliseconds,
                Ensemble = Stopwatch.GetElapsedTime(extracted, ensembled).TotalMilliseconds,
            },
            ExtractMultiplyAdds = MultiplyAdds + SelectorMultiplyAdds(image.Height, image.Width),
            EnsembleMultiplyAdds = sites.Count * ((_refiner.Ensembler as GatedEnsembler)?.MultiplyAdds ?? 0),
        };
    }

    private long SelectorMultiplyAdds(int height, int width) =>
        _refiner.Selector is LearnedSelector { Network: ActivationNetwork activation } learned
            ? activation.MultiplyAdds(height, width, learned.Side)
            : 0;
}
