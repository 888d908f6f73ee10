using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A <see cref="FineColumn"/> for inference: every norm is folded into the weights in front of it, sums and relu happen where a
/// convolution stores its result. Immutable and thread-safe.
/// </summary>
internal sealed class FrozenFineColumn : IFrozenNetwork
{
    private readonly FineColumn _shape;
    private readonly FineUnit.Folded _stem;
    private readonly FineStage.Folded[] _encoder;
    private readonly FineUnit.Folded[] _downs;
    private readonly CrossConnection.Folded[] _crosses;
    private readonly FineUnit.Folded[] _ups;
    private readonly FineStage.Folded[] _decoder;
    private readonly PackedWeights _final;
    private readonly float[] _finalBias;
    private readonly int _features;

    public FrozenFineColumn(FineColumn network)
    {
        _shape = network;
        _stem = network.Stem.Fold();
        _encoder = [.. network.Encoder.Select(stage => stage.Fold())];
        _downs = [.. network.Downs.Select(unit => unit.Fold())];
        _crosses = [.. network.Crosses.Select((cross, i) => cross.Fold(network.Downs[i].Norm))];
        _ups = [.. network.Ups.Select(unit => unit.Fold())];
        _decoder = [.. network.Decoder.Select(stage => stage.Fold())];
        _final = network.Final.Core.Pack();
        _finalBias = [.. network.Final.Core.Bias!.Value];
        _features = network.CoarseFeatures;
    }

    /// <inheritdoc/>
    public CoarseColumn? Read(ImageView image, LogitMap logits, BufferPool pool, Workers workers) =>
        _downs.Length == 0 ? null : new CoarseColumn([logits], _features, workers, pool);

    /// <inheritdoc/>
    public float[] Infer(
        float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers, out long multiplyAdds)
    {
        multiplyAdds = _shape.MultiplyAdds(pyramid);
        IReadOnlyList<SiteLevel> levels = pyramid.Levels;
        float[][] skips = new float[_downs.Length][];
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(levels[0]);
        float[] x = Rent(_stem.Weights, levels[0], pool);
        _stem.Run(features, maps, x, null, workers);
        if (isPooled)
        {
            pool.Return(features);
        }

        x = _encoder[0].Run(x, maps, pool, workers);
        for (int i = 0; i < _downs.Length; i++)
        {
            skips[i] = x;
            float[] y = Rent(_downs[i].Weights, levels[i + 1], pool);
            _crosses[i].Run(coarse!, levels[i + 1].Sites, y, pool, workers);
            _downs[i].Run(x, ConvolutionMaps.Down(levels[i], levels[i + 1]), y, y, workers);
            x = _encoder[i + 1].Run(y, ConvolutionMaps.Submanifold(levels[i + 1]), pool, workers);
        }

        for (int i = _ups.Length - 1; i >= 0; i--)
        {
            _ups[i].Run(x, ConvolutionMaps.Up(levels[i], levels[i + 1]), skips[i], skips[i], workers);
            pool.Return(x);
            x = _decoder[i].Run(skips[i], ConvolutionMaps.Submanifold(levels[i]), pool, workers);
        }

        float[] output = Rent(_final, levels[0], pool);
        new GatherProduct
        {
            Input = x,
            Weights = _final,
            Rows = levels[0].Count,
            Output = output,
            Bias = _finalBias,
        }.Run(workers);
        pool.Return(x);
        return output;
    }

    private static float[] Rent(PackedWeights weights, SiteLevel level, BufferPool pool) =>
        pool.Rent<float>(checked(level.Count * weights.Outputs));
}
