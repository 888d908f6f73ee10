using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>What a layer of a <see cref="FrozenSparseUNet"/> hands to the next: arrays of the pool, which may be longer.</summary>
/// <param name="Values">[rows, channels] the layer's result; null where no later layer adds to it.</param>
/// <param name="Active">[rows, channels] relu(norm(result)), which the next convolution reads.</param>
internal readonly record struct FrozenStream(float[]? Values, float[] Active)
{
    public static FrozenStream Rent(int rows, int channels, BufferPool pool) =>
        new(pool.Rent<float>(checked(rows * channels)), pool.Rent<float>(rows * channels));

    /// <summary>
    /// Writes a convolution's result, plus a residual [rows, channels] where given, and its normalised copy. A second input is read as if it stood right of
    /// the first.
    /// </summary>
    public void Write(
        float[] input,
        in ConvolutionMaps maps,
        PackedWeights weights,
        float[]? residual,
        Affine norm,
        Workers workers,
        float[]? second = null,
        int secondChannels = 0) =>
        new GatherProduct
        {
            Input = input,
            SecondInput = second,
            SecondChannels = secondChannels,
            Map = maps.Forward,
            Weights = weights,
            Rows = maps.OutputRows,
            Output = Values,
            Residual = residual,
            Activated = Active,
            Scale = norm.Scale,
            Shift = norm.Shift,
        }.Run(workers);
}
