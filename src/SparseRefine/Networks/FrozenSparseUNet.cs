using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A <see cref="SparseUNet"/> for inference. The norm inside a block is folded into its first convolution; every other norm and its
/// relu are applied where the preceding layer stores its result, so that no pass over memory is spent on them. Immutable and thread-safe.
/// </summary>
internal sealed class FrozenSparseUNet : IFrozenNetwork
{
    private readonly SparseUNet _shape;
    private readonly SparseUNetOptions _options;
    private readonly int _inputs;
    private readonly int _classes;
    private readonly int[] _planes;
    private readonly NormedLinear.Folded? _features;
    private readonly PackedWeights _stem;
    private readonly FrozenBlock[][] _encoder;
    private readonly FrozenBlock[][] _decoder;
    private readonly Affine[] _downNorms;
    private readonly PackedWeights[] _downs;
    private readonly Affine[] _upNorms;
    private readonly PackedWeights[] _ups;
    private readonly (Affine Left, Affine Right)[] _joinNorms;
    private readonly Affine _finalNorm;
    private readonly PackedWeights _final;
    private readonly float[] _finalBias;

    internal FrozenSparseUNet(SparseUNet network)
    {
        _shape = network;
        _options = network.Options;
        _inputs = network.Options.InputChannels;
        _classes = network.Options.Classes;
        _planes = [.. network.Options.Planes];
        _features = network.Features?.Fold();
        _stem = network.Stem.Core.Pack();
        _encoder = [.. network.Encoder.Select(blocks => blocks.Select(FrozenBlock.Fold).ToArray())];
        _decoder = [.. network.Decoder.Select(blocks => blocks.Select(FrozenBlock.Fold).ToArray())];
        _downNorms = [.. network.DownNorms.Select(norm => norm.Fold())];
        _downs = [.. network.Downs.Select(down => down.Core.Pack())];
        _upNorms = [.. network.UpNorms.Select(norm => norm.Fold())];
        _joinNorms = [.. _decoder.Select((blocks, i) => blocks[0].Norm.Split(_planes[i]))];
        _ups = [.. network.Ups.Select(up => up.Core.Pack())];
        _finalNorm = network.FinalNorm.Fold();
        _final = network.Final.Core.Pack();
        _finalBias = network.Final.Core.Bias!.Value.ToArray();
    }

    /// <summary>Logits of every site.</summary>
    /// <param name="features">[sites, input channels].</param>
    /// <param name="pyramid">Sites, at least as many levels as the network.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <param name="logits">The photo's dense answer with its inner features; null where the network reads none.</param>
    /// <returns>[sites, classes], the caller's.</returns>
    /// <exception cref="ArgumentException">Too few levels, or features of another length.</exception>
    public float[] Infer(float[] features, SitePyramid pyramid, Workers workers, LogitMap? logits = null)
    {
        if (pyramid.Levels.Count < _planes.Length)
        {
            throw new ArgumentException($"pyramid: expected at least {_planes.Length} levels, got {pyramid.Levels.Count}", nameof(pyramid));
        }

        int sites = pyramid.Levels[0].Count;
        if (features.LongLength != (long)sites * _inputs)
        {
            throw new ArgumentException($"features: expected {sites}x{_inputs} values, got {features.Length}", nameof(features));
        }

        BufferPool pool = new();
        float[] output = Infer(features, false, _features is null ? null : CoarseColumn.Behind(_features, logits!, pool, workers), pyramid, pool, workers);
        Array.Resize(ref output, checked(sites * _classes));
        return output;
    }

    /// <inheritdoc/>
    public CoarseColumn? Read(ImageView image, LogitMap logits, BufferPool pool, Workers workers) =>
        _features is null ? null : CoarseColumn.Behind(_features, logits, pool, workers);

    /// <inheritdoc/>
    public float[] Infer(
        float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers, out long multiplyAdds)
    {
        multiplyAdds = _shape.MultiplyAdds(pyramid);
        return Infer(features, isPooled, coarse, pyramid, pool, workers);
    }

    /// <summary>See <see cref="IFrozenNetwork.Infer"/>.</summary>
    public float[] Infer(float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers)
    {
        int last = _planes.Length - 1;
        float[][] skips = new float[last][];
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(pyramid.Levels[0]);
        FrozenStream x = FrozenStream.Rent(maps.OutputRows, _planes[0], pool);
        float[]? inner = null;
        if (coarse is not null)
        {
            inner = pool.Rent<float>(checked(maps.OutputRows * coarse.Channels));
            coarse.Gather(pyramid.Levels[0].Sites, inner, workers);
        }

        x.Write(features, maps, _stem, null, _encoder[0][0].Norm, workers, inner, coarse?.Channels ?? 0);
        if (inner is not null)
        {
            pool.Return(inner);
        }

        // The dense answer is computed from the features before their array goes back to the pool; the last layer adds to it.
        float[]? answer = null;
        if (_options.ProbabilityColumn is not null)
        {
            answer = pool.Rent<float>(checked(maps.OutputRows * _classes));
            DenseAnswer.Write(features, _options, maps.OutputRows, answer, workers);
        }

        if (isPooled)
        {
            pool.Return(features);
        }

        for (int i = 0; i < last; i++)
        {
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            x = RunBlocks(_encoder[i], x, maps, _downNorms[i], true, pool, workers);
            skips[i] = x.Values!;
            FrozenStream next = FrozenStream.Rent(pyramid.Levels[i + 1].Count, _planes[i + 1], pool);
            ConvolutionMaps down = ConvolutionMaps.Down(pyramid.Levels[i], pyramid.Levels[i + 1]);
            next.Write(x.Active, down, _downs[i], null, _encoder[i + 1][0].Norm, workers);
            pool.Return(x.Active);
            x = next;
        }

        maps = ConvolutionMaps.Submanifold(pyramid.Levels[last]);
        x = RunBlocks(_encoder[last], x, maps, last == 0 ? _finalNorm : _upNorms[last - 1], false, pool, workers);
        for (int i = last - 1; i >= 0; i--)
        {
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            Affine norm = i == 0 ? _finalNorm : _upNorms[i - 1];
            Affine joined = _decoder[i].Length == 1 ? norm : _decoder[i][1].Norm;
            FrozenStream up = FrozenStream.Rent(maps.OutputRows, _planes[i], pool);
            ConvolutionMaps upMaps = ConvolutionMaps.Up(pyramid.Levels[i], pyramid.Levels[i + 1]);
            up.Write(x.Active, upMaps, _ups[i], null, _joinNorms[i].Right, workers);
            pool.Return(x.Active);
            x = Join(_decoder[i][0], skips[i], up, _joinNorms[i].Left, maps, joined, _decoder[i].Length > 1, pool, workers);
            x = RunBlocks(_decoder[i].AsSpan(1), x, maps, norm, false, pool, workers);
        }

        int sites = pyramid.Levels[0].Count;
        float[] logits = answer ?? pool.Rent<float>(checked(sites * _classes));
        new GatherProduct
        {
            Input = x.Active,
            Weights = _final,
            Rows = sites,
            Output = logits,
            Bias = _finalBias,
            Residual = answer,
        }.Run(workers);
        pool.Return(x.Active);
        return logits;
    }

    // The first block of a decoder level. It reads the level's skip connection and the upsampled rows as if they were one matrix, without a copy. The
    // skip is normalised in place once the projection, which needs it as it was, has read it.
    private static FrozenStream Join(
        FrozenBlock block, float[] skip, FrozenStream up, Affine left, in ConvolutionMaps maps, Affine next, bool keepsValues, BufferPool pool, Workers workers)
    {
        int rows = maps.OutputRows;
        int channels = left.Scale.Length;
        float[] shortcut = pool.Rent<float>(checked(rows * block.First.Outputs));
        new GatherProduct
        {
            Input = skip,
            SecondInput = up.Values,
            SecondChannels = channels,
            Weights = block.Projection!,
            Rows = rows,
            Output = shortcut,
        }.Run(workers);
        pool.Return(up.Values!);
        ChannelLoops.ScaleShift(skip, channels, skip, channels, left.Scale, left.Shift, rows, true, workers);
        return block.Run(skip, up.Active, channels, shortcut, maps, next, keepsValues, pool, workers);
    }

    // Runs blocks that keep the number of channels; the arrays of the stream that comes in go back to the pool or become those of the result.
    private static FrozenStream RunBlocks(
        ReadOnlySpan<FrozenBlock> blocks, FrozenStream x, in ConvolutionMaps maps, Affine next, bool keepsValues, BufferPool pool, Workers workers)
    {
        for (int b = 0; b < blocks.Length; b++)
        {
            bool isLast = b == blocks.Length - 1;
            Affine norm = isLast ? next : blocks[b + 1].Norm;
            x = blocks[b].Run(x.Active, null, 0, x.Values!, maps, norm, !isLast || keepsValues, pool, workers);
        }

        return x;
    }
}
