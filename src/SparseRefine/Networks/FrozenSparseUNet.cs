using System.Buffers;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// A <see cref="SparseUNet"/> for inference. The norm inside a block is folded into its first convolution; every other norm and its
/// relu are applied where the preceding layer stores its result, so that no pass over memory is spent on them. Immutable and thread-safe.
/// </summary>
public sealed class FrozenSparseUNet
{
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
    private readonly Affine _finalNorm;
    private readonly PackedWeights _final;
    private readonly float[] _finalBias;

    internal FrozenSparseUNet(SparseUNet network)
    {
        _inputs = network.Options.InputChannels;
        _classes = network.Options.Classes;
        _planes = [.. network.Options.Planes];
        _stem = network.Stem.Core.Pack();
        _encoder = [.. network.Encoder.Select(blocks => blocks.Select(Block.Fold).ToArray())];
        _decoder = [.. network.Decoder.Select(blocks => blocks.Select(Block.Fold).ToArray())];
        _downNorms = [.. network.DownNorms.Select(Affine.Fold)];
        _downs = [.. network.Downs.Select(down => down.Core.Pack())];
        _upNorms = [.. network.UpNorms.Select(Affine.Fold)];
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

        float[] logits = GC.AllocateUninitializedArray<float>(checked(sites * _classes));
        List<float[]> rented = [];
        try
        {
            Run(features, logits, pyramid, workers, rented);
        }
        finally
        {
            Release(rented, [.. rented]);
        }

        return logits;
    }

    private void Run(float[] features, float[] logits, SitePyramid pyramid, Workers workers, List<float[]> rented)
    {
        int last = _planes.Length - 1;
        float[][] joined = new float[last][];
        float[][] joinedActive = new float[last][];
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(pyramid.Levels[0]);
        Stream x = Rent(maps.OutputRows, _planes[0], rented);
        Convolve(features, _inputs, maps, _stem, x, _encoder[0][0].Norm, null, workers);
        for (int i = 0; i <= last; i++)
        {
            int rows = pyramid.Levels[i].Count;
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            if (i == last)
            {
                x = RunBlocks(_encoder[i], x, maps, last == 0 ? _finalNorm : _upNorms[last - 1], default, workers, rented);
                break;
            }

            // The skip is written where the decoder reads it: the left half of the joined rows.
            joined[i] = Rent(checked(rows * _planes[i] * 2), rented);
            joinedActive[i] = Rent(checked(rows * _planes[i] * 2), rented);
            Stream skip = new(joined[i], Rent(rows * _planes[i], rented), 2 * _planes[i], 0, _planes[i], 0);
            x = RunBlocks(_encoder[i], x, maps, _downNorms[i], skip, workers, rented);
            Stream coarse = Rent(pyramid.Levels[i + 1].Count, _planes[i + 1], rented);
            ConvolutionMaps down = ConvolutionMaps.Down(pyramid.Levels[i], pyramid.Levels[i + 1]);
            Convolve(x.Active, _planes[i], down, _downs[i], coarse, _encoder[i + 1][0].Norm, null, workers);
            Release(rented, x.Active);
            x = coarse;
        }

        for (int i = last - 1; i >= 0; i--)
        {
            int plane = _planes[i];
            Affine norm = _decoder[i][0].Norm;
            ChannelLoops.ScaleShift(
                joined[i], 2 * plane, joinedActive[i], 2 * plane, norm.Scale[..plane], norm.Shift[..plane], pyramid.Levels[i].Count, true, workers);
            Stream right = new(joined[i], joinedActive[i], 2 * plane, plane, 2 * plane, plane);
            ConvolutionMaps up = ConvolutionMaps.Up(pyramid.Levels[i], pyramid.Levels[i + 1]);
            Convolve(x.Active, _planes[i + 1], up, _ups[i], right, new Affine(norm.Scale[plane..], norm.Shift[plane..]), null, workers);
            Release(rented, x.Values, x.Active);
            x = new Stream(joined[i], joinedActive[i], 2 * plane, 0, 2 * plane, 0);
            maps = ConvolutionMaps.Submanifold(pyramid.Levels[i]);
            x = RunBlocks(_decoder[i], x, maps, i == 0 ? _finalNorm : _upNorms[i - 1], default, workers, rented);
        }

        new GatherProduct
        {
            Input = x.Active,
            InputStride = _planes[0],
            Weights = _final,
            Rows = pyramid.Levels[0].Count,
            Output = logits,
            OutputStride = _classes,
            Bias = _finalBias,
        }.Run(workers);
    }

    // Runs a level's blocks and gives back the stream they read; the last one stores into `target` if that is set.
    private static Stream RunBlocks(
        Block[] blocks, Stream x, in ConvolutionMaps maps, Affine next, Stream target, Workers workers, List<float[]> rented)
    {
        int rows = maps.OutputRows;
        float[] hidden = Rent(rows * blocks[0].First.Outputs, rented);
        for (int b = 0; b < blocks.Length; b++)
        {
            Block block = blocks[b];
            int outputs = block.First.Outputs;
            Product(x.Active, x.ActiveStride, maps, block.First, hidden, outputs, block.FirstBias, relu: true).Run(workers);
            Stream shortcut = x;
            if (block.Projection != null)
            {
                shortcut = new Stream(Rent(rows * outputs, rented), x.Active, outputs, 0, outputs, 0);
                Product(x.Values, x.Stride, ConvolutionMaps.Identity(rows), block.Projection, shortcut.Values, outputs, null, relu: false)
                    .Run(workers);
            }

            bool isLast = b == blocks.Length - 1;
            Stream output = isLast && target.Values != null ? target : Rent(rows, outputs, rented);
            Convolve(hidden, outputs, maps, block.Second, output, isLast ? next : blocks[b + 1].Norm, shortcut, workers);
            Release(rented, x.Values, x.Active, shortcut.Values);
            x = output;
        }

        Release(rented, hidden);
        return x;
    }

    private static void Convolve(
        float[] input, int stride, in ConvolutionMaps maps, PackedWeights weights, Stream output, Affine norm, Stream? residual, Workers workers) =>
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
            Residual = residual?.Values,
            ResidualStride = residual?.Stride ?? 0,
            ResidualOffset = residual?.Offset ?? 0,
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

    private static float[] Rent(int length, List<float[]> rented)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(length);
        rented.Add(buffer);
        return buffer;
    }

    // Early, so that the next layer reuses memory that the cache still holds.
    private static void Release(List<float[]> rented, params float[][] buffers)
    {
        foreach (float[] buffer in buffers)
        {
            if (rented.Remove(buffer))
            {
                ArrayPool<float>.Shared.Return(buffer);
            }
        }
    }

    private static Stream Rent(int rows, int channels, List<float[]> rented) =>
        new(Rent(checked(rows * channels), rented), Rent(checked(rows * channels), rented), channels, 0, channels, 0);

    /// <summary>The residual stream and its normalised, rectified copy that the next convolution reads.</summary>
    private readonly record struct Stream(
        float[] Values, float[] Active, int Stride, int Offset, int ActiveStride, int ActiveOffset);

    private sealed record Affine(float[] Scale, float[] Shift)
    {
        public static Affine Fold(BatchNorm norm)
        {
            (float[] scale, float[] shift) = norm.Fold();
            return new Affine(scale, shift);
        }
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
