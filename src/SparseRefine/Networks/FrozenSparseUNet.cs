using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A <see cref="SparseUNet"/> for inference. The norm inside a block is folded into its first convolution; every other norm and its
/// relu are applied where the preceding layer stores its result, so that no pass over memory is spent on them. Immutable and thread-safe.
/// </summary>
public sealed class FrozenSparseUNet : IFrozenNetwork
{
    private readonly SparseUNetOptions _options;
    private readonly int _inputs;
    private readonly int _classes;
    private readonly int[] _planes;
    private readonly PackedWeights _stem;
    private readonly Block[][] _encoder;
    private readonly Block[][] _decoder;
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
        _options = network.Options;
        _inputs = network.Options.InputChannels;
        _classes = network.Options.Classes;
        _planes = [.. network.Options.Planes];
        _stem = network.Stem.Core.Pack();
        _encoder = [.. network.Encoder.Select(blocks => blocks.Select(Block.Fold).ToArray())];
        _decoder = [.. network.Decoder.Select(blocks => blocks.Select(Block.Fold).ToArray())];
        _downNorms = [.. network.DownNorms.Select(Affine.Fold)];
        _downs = [.. network.Downs.Select(down => down.Core.Pack())];
        _upNorms = [.. network.UpNorms.Select(Affine.Fold)];
        _joinNorms = [.. _decoder.Select((blocks, i) => blocks[0].Norm.Split(_planes[i]))];
        _ups = [.. network.Ups.Select(up => up.Core.Pack())];
        _finalNorm = Affine.Fold(network.FinalNorm);
        _final = network.Final.Core.Pack();
        _finalBias = network.Final.Core.Bias!.Value.ToArray();
    }

    /// <summary>Logits of every site.</summary>
    /// <param name="features">[sites, input channels].</param>
    /// <param name="pyramid">Sites, at least as many levels as the network.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[sites, classes], the caller's.</returns>
    /// <exception cref="ArgumentException">Too few levels, or features of another length.</exception>
    public float[] Infer(float[] features, SitePyramid pyramid, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(pyramid);
        ArgumentNullException.ThrowIfNull(workers);
        if (pyramid.Levels.Count < _planes.Length)
        {
            throw new ArgumentException($"pyramid: expected at least {_planes.Length} levels, got {pyramid.Levels.Count}", nameof(pyramid));
        }

        int sites = pyramid.Levels[0].Count;
        if (features.LongLength != (long)sites * _inputs)
        {
            throw new ArgumentException($"features: expected {sites}x{_inputs} values, got {features.Length}", nameof(features));
        }

        float[] logits = Infer(features, false, pyramid, new BufferPool(), workers);
        Array.Resize(ref logits, checked(sites * _classes));
        return logits;
    }

    float[] IFrozenNetwork.Infer(
        float[] features, bool isPooled, CoarseColumn? coarse, SitePyramid pyramid, BufferPool pool, Workers workers) =>
        Infer(features, isPooled, pyramid, pool, workers);

    /// <summary>The same with kept buffers; sizes fit.</summary>
    /// <param name="features">[sites, input channels]; the array may be longer.</param>
    /// <param name="isPooled">Whether the features are the pool's, to be given back as soon as they are read.</param>
    /// <param name="pyramid">Sites.</param>
    /// <param name="pool">Where buffers come from and go to. What an interrupted run had is left to the collector.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, classes], for the caller to give back to the pool; the array may be longer.</returns>
    internal float[] Infer(float[] features, bool isPooled, SitePyramid pyramid, BufferPool pool, Workers workers)
    {
        int last = _planes.Length - 1;
        float[][] joined = new float[last][];
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(pyramid.Levels[0]);
        Stream x = Stream.Rent(maps.OutputRows, _planes[0], pool);
        Convolve(features, _inputs, maps, _stem, x, _encoder[0][0].Norm, null, workers);

        // Taken from the features before they go, and added to by the last layer.
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

        for (int i = 0; i <= last; i++)
        {
            int rows = pyramid.Levels[i].Count;
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            if (i == last)
            {
                x = RunBlocks(_encoder[i], x, maps, last == 0 ? _finalNorm : _upNorms[last - 1], default, pool, workers);
                break;
            }

            // The skip is written where the decoder reads it: the left half of the joined rows.
            joined[i] = pool.Rent<float>(checked(rows * _planes[i] * 2));
            Stream skip = new(joined[i], pool.Rent<float>(rows * _planes[i]), 2 * _planes[i], 0, _planes[i], 0);
            x = RunBlocks(_encoder[i], x, maps, _downNorms[i], skip, pool, workers);
            Stream coarse = Stream.Rent(pyramid.Levels[i + 1].Count, _planes[i + 1], pool);
            ConvolutionMaps down = ConvolutionMaps.Down(pyramid.Levels[i], pyramid.Levels[i + 1]);
            Convolve(x.Active, _planes[i], down, _downs[i], coarse, _encoder[i + 1][0].Norm, null, workers);
            pool.Return(x.Active);
            x = coarse;
        }

        for (int i = last - 1; i >= 0; i--)
        {
            int plane = _planes[i];
            int rows = pyramid.Levels[i].Count;
            float[] active = pool.Rent<float>(checked(rows * plane * 2));
            (Affine left, Affine right) = _joinNorms[i];
            ChannelLoops.ScaleShift(joined[i], 2 * plane, active, 2 * plane, left.Scale, left.Shift, rows, true, workers);
            Stream up = new(joined[i], active, 2 * plane, plane, 2 * plane, plane);
            Convolve(
                x.Active, _planes[i + 1], ConvolutionMaps.Up(pyramid.Levels[i], pyramid.Levels[i + 1]), _ups[i], up, right, null, workers);
            x.Return(pool);
            x = new Stream(joined[i], active, 2 * plane, 0, 2 * plane, 0);
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            x = RunBlocks(_decoder[i], x, maps, i == 0 ? _finalNorm : _upNorms[i - 1], default, pool, workers);
        }

        pool.Return(x.Values);
        float[] logits = answer ?? pool.Rent<float>(checked(pyramid.Levels[0].Count * _classes));
        new GatherProduct
        {
            Input = x.Active,
            InputStride = _planes[0],
            Weights = _final,
            Rows = pyramid.Levels[0].Count,
            Output = logits,
            OutputStride = _classes,
            Bias = _finalBias,
            Residual = answer,
            ResidualStride = _classes,
        }.Run(workers);
        pool.Return(x.Active);
        return logits;
    }

    // Runs a level's blocks and gives back the stream they read; the last one stores into `target` if that is set.
    private static Stream RunBlocks(
        Block[] blocks, Stream x, in ConvolutionMaps maps, Affine next, Stream target, BufferPool pool, Workers workers)
    {
        int rows = maps.OutputRows;
        float[] hidden = pool.Rent<float>(rows * blocks[0].First.Outputs);
        for (int b = 0; b < blocks.Length; b++)
        {
            Block block = blocks[b];
            int outputs = block.First.Outputs;
            Product(x.Active, x.ActiveStride, maps, block.First, hidden, outputs, block.FirstBias, relu: true).Run(workers);

            // Nobody reads the activated rows again: they are free for the block's result.
            pool.Return(x.Active);
            float[] shortcut = x.Values;
            if (block.Projection != null)
            {
                shortcut = pool.Rent<float>(rows * outputs);
                Product(x.Values, x.Stride, ConvolutionMaps.Identity(rows), block.Projection, shortcut, outputs, null, relu: false)
                    .Run(workers);
                pool.Return(x.Values);
            }

            // The sum may replace the shortcut, row by row.
            bool isLast = b == blocks.Length - 1;
            bool isTarget = isLast && target.Values != null;
            Stream output = isTarget ? target : new Stream(shortcut, pool.Rent<float>(rows * outputs), outputs, 0, outputs, 0);
            Convolve(hidden, outputs, maps, block.Second, output, isLast ? next : blocks[b + 1].Norm, shortcut, workers);
            if (isTarget)
            {
                pool.Return(shortcut);
            }

            x = output;
        }

        pool.Return(hidden);
        return x;
    }

    private static void Convolve(
        float[] input, int stride, in ConvolutionMaps maps, PackedWeights weights, Stream output, Affine norm, float[]? residual, Workers workers) =>
        new GatherProduct
        {
            Input = input,
            InputStride = stride,
            Map = maps.Forward,
            Weights = weights,
            Rows = maps.OutputRows,
            Output = output.Values,
            OutputStride = output.Stride,
            OutputOffset = output.Offset,
            Residual = residual,
            ResidualStride = weights.Outputs,
            Activated = output.Active,
            ActivatedStride = output.ActiveStride,
            ActivatedOffset = output.ActiveOffset,
            Scale = norm.Scale,
            Shift = norm.Shift,
        }.Run(workers);

    private static GatherProduct Product(
        float[] input, int stride, in ConvolutionMaps maps, PackedWeights weights, float[] output, int outputs, float[]? bias, bool relu) =>
        new()
        {
            Input = input,
            InputStride = stride,
            Map = maps.Forward,
            Weights = weights,
            Rows = maps.OutputRows,
            Output = output,
            OutputStride = outputs,
            Bias = bias,
            Relu = relu,
        };

    /// <summary>The residual stream and its normalised, rectified copy that the next convolution reads.</summary>
    private readonly record struct Stream(
        float[] Values, float[] Active, int Stride, int Offset, int ActiveStride, int ActiveOffset)
    {
        public static Stream Rent(int rows, int channels, BufferPool pool) => new(
            pool.Rent<float>(checked(rows * channels)), pool.Rent<float>(rows * channels), channels, 0, channels, 0);

        public void Return(BufferPool pool)
        {
            pool.Return(Values);
            pool.Return(Active);
        }
    }

    private sealed record Affine(float[] Scale, float[] Shift)
    {
        public static Affine Fold(BatchNorm norm)
        {
            (float[] scale, float[] shift) = norm.Fold();
            return new Affine(scale, shift);
        }

        public (Affine Left, Affine Right) Split(int channels) =>
            (new Affine(Scale[..channels], Shift[..channels]), new Affine(Scale[channels..], Shift[channels..]));
    }

    private sealed record Block(
        Affine Norm, PackedWeights First, float[] FirstBias, PackedWeights Second, PackedWeights? Projection)
    {
        public static Block Fold(ResidualBlock block)
        {
            Affine inner = Affine.Fold(block.Norm2);
            return new Block(
                Affine.Fold(block.Norm1),
                block.Convolution1.Core.Pack(inner.Scale),
                inner.Shift,
                block.Convolution2.Core.Pack(),
                block.Projection?.Core.Pack());
        }
    }
}
