using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>A <see cref="ResidualBlock"/> for inference; its second norm is folded into its first convolution. Immutable and thread-safe.</summary>
/// <param name="Norm">The first norm, with relu: applied by whatever stores the block's input.</param>
/// <param name="First">The first convolution's weights.</param>
/// <param name="FirstBias">[outputs], what is left of the second norm.</param>
/// <param name="Second">The second convolution's weights.</param>
/// <param name="Projection">The 1x1 convolution of the shortcut; null where the shortcut is the input.</param>
internal sealed record FrozenBlock(Affine Norm, PackedWeights First, float[] FirstBias, PackedWeights Second, PackedWeights? Projection)
{
    public static FrozenBlock Fold(ResidualBlock block)
    {
        Affine inner = block.Norm2.Fold();
        return new FrozenBlock(
            block.Norm1.Fold(),
            block.Convolution1.Core.Pack(inner.Scale),
            inner.Shift,
            block.Convolution2.Core.Pack(),
            block.Projection?.Core.Pack());
    }

    /// <summary>
    /// Runs the block. The sum is written over the shortcut, row by row; where nothing reads the sum itself only its normalised copy is stored.
    /// </summary>
    /// <param name="active">[rows, channels] the normalised input, or its left columns; goes back to the pool.</param>
    /// <param name="secondActive">[rows, second channels] its right columns, or null; goes back to the pool.</param>
    /// <param name="secondChannels">Columns of <paramref name="secondActive"/>.</param>
    /// <param name="shortcut">[rows, outputs]; goes back to the pool or becomes the result's values.</param>
    /// <param name="maps">The level's.</param>
    /// <param name="next">The norm that follows the block.</param>
    /// <param name="keepsValues">Whether anything reads the sum itself.</param>
    /// <param name="pool">Where arrays come from and go back to.</param>
    /// <param name="workers">Threads.</param>
    public FrozenStream Run(
        float[] active,
        float[]? secondActive,
        int secondChannels,
        float[] shortcut,
        in ConvolutionMaps maps,
        Affine next,
        bool keepsValues,
        BufferPool pool,
        Workers workers)
    {
        int length = checked(maps.OutputRows * First.Outputs);
        float[] hidden = pool.Rent<float>(length);
        new GatherProduct
        {
            Input = active,
            SecondInput = secondActive,
            SecondChannels = secondChannels,
            Map = maps.Forward,
            Weights = First,
            Rows = maps.OutputRows,
            Output = hidden,
            Bias = FirstBias,
            Relu = true,
        }.Run(workers);
        pool.Return(active);
        if (secondActive != null)
        {
            pool.Return(secondActive);
        }

        FrozenStream output = new(keepsValues ? shortcut : null, pool.Rent<float>(length));
        output.Write(hidden, maps, Second, shortcut, next, workers);
        pool.Return(hidden);
        if (!keepsValues)
        {
            pool.Return(shortcut);
        }

        return output;
    }
}
