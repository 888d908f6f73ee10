using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Selectors;

/// <summary>
/// Gives each block of pixels its activation, the probability that full resolution improves the block, from the coarse column's answer for it: p =
/// sigmoid(g e + b + h(u)), where e is the block's mean entropy as a share of ln C and u its mean probabilities, mean and greatest entropy and mean
/// inner features; h is a batch norm, two 3x3 convolutions with relu and a linear layer over the grid of blocks. h starts at 0: an untrained network
/// ranks blocks by their entropy, and training improves on that. Not thread-safe in training; inference is as long as nobody trains.
/// </summary>
internal sealed class ActivationNetwork
{
    /// <summary>Channels of both convolutions, our choice: one vector of 512 bits.</summary>
    private const int Hidden = 16;

    /// <summary>Entropies beside the probabilities among the inputs.</summary>
    private const int Entropies = 2;

    /// <summary>Places that are read of a block, along each side.</summary>
    internal const int Samples = 4;

    /// <summary>The starting g: between a block of entropy 0 and one of entropy ln C the odds p / (1 - p) differ by e^8.</summary>
    private const float StartingGain = 8;

    private const int BlockRows = 64;

    /// <summary>Makes the network with random convolutions.</summary>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="coarseFeatures">Channels of the dense model's inner features that are read; 0: none.</param>
    /// <param name="seed">Seed of the starting weights.</param>
    /// <exception cref="ArgumentException">A number out of range.</exception>
    public ActivationNetwork(int classes, int coarseFeatures, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(coarseFeatures);
        Classes = classes;
        CoarseFeatures = coarseFeatures;
        Random random = new(seed);
        Norm = new BatchNorm("activation.norm", Inputs);
        First = new Convolution("activation.conv1", 9, Inputs, Hidden, bias: true, Simd.Default);
        Second = new Convolution("activation.conv2", 9, Hidden, Hidden, bias: true, Simd.Default);
        Initialization.He(First.Weight.Value, 9 * Inputs, random);
        Initialization.He(Second.Weight.Value, 9 * Hidden, random);
        Last = new Linear("activation.linear", Hidden, 1, random);
        Array.Clear(Last.Core.Weight.Value);
        Array.Clear(Last.Core.Bias!.Value);
        Gain = new Linear("activation.gain", 1, 1, random, bias: false);
        Gain.Core.Weight.Value[0] = StartingGain;
        Parameters = [.. Norm.Parameters, .. First.Parameters, .. Second.Parameters, .. Last.Parameters, .. Gain.Parameters];
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Channels of the dense model's inner features that are read.</summary>
    public int CoarseFeatures { get; }

    /// <summary>All weights and running statistics, in a fixed order, with unique names.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Weights that a network has at least; a file that holds fewer is refused before memory is taken for the network.</summary>
    internal static double FewestWeights(int classes, int coarseFeatures) => 9.0 * Hidden * ((double)classes + coarseFeatures);

    /// <summary>b, the level of all activations.</summary>
    internal Parameter Bias => Last.Core.Bias!;

    internal int Inputs => Classes + Entropies + CoarseFeatures;

    internal BatchNorm Norm { get; }

    internal Convolution First { get; }

    internal Convolution Second { get; }

    internal Linear Last { get; }

    internal Linear Gain { get; }

    /// <summary>Multiply-adds for a photo.</summary>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <param name="side">Pixels of a block along each side.</param>
    /// <returns>The number, as if no block stood at an edge.</returns>
    public long MultiplyAdds(int height, int width, int side) =>
        (long)new BlockGrid(height, width, side).Count * ((9 * Inputs * Hidden) + (9 * Hidden * Hidden) + Hidden + 1);

    /// <summary>Scores before the sigmoid, [photos x blocks, 1].</summary>
    internal Variable Forward(CoarseColumn coarse, int images, BlockGrid blocks, Tape? tape, Workers workers)
    {
        GridShape grid = new(images, blocks.Rows, blocks.Columns);
        (Variable input, Variable entropy) = Read(coarse, grid, blocks, workers);
        Variable x = Norm.Forward(input, false, tape, workers);
        ConvolutionMaps maps = ConvolutionMaps.Of(GridMap.Same(grid));
        x = Relu.Forward(First.Forward(x, maps, null, tape, workers), tape, workers);
        x = Relu.Forward(Second.Forward(x, maps, null, tape, workers), tape, workers);
        return Last.Forward(x, grid, tape, workers, Gain.Forward(entropy, grid, tape, workers));
    }

    /// <summary>Mean probabilities, mean and greatest entropy, mean features of every block; and the mean entropy by itself.</summary>
    private (Variable Input, Variable Entropy) Read(CoarseColumn coarse, GridShape grid, BlockGrid blocks, Workers workers)
    {
        int inputs = Inputs;
        float[] values = new float[checked(grid.Rows * inputs)];
        float[] entropies = new float[grid.Rows];
        double unit = 1 / Math.Log(Classes);
        workers.For(grid.Rows, BlockRows, (_, start, end) =>
        {
            float[] sample = new float[coarse.Channels];
            double[] sums = new double[coarse.Channels];
            for (int row = start; row < end; row++)
            {
                (int image, int block) = Math.DivRem(row, blocks.Count);
                (int y, int x) = Math.DivRem(block, blocks.Columns);
                double top = (double)(y * blocks.Side) / blocks.Height;
                double left = (double)(x * blocks.Side) / blocks.Width;
                double height = (Math.Min(blocks.Height, (y + 1) * blocks.Side) / (double)blocks.Height) - top;
                double width = (Math.Min(blocks.Width, (x + 1) * blocks.Side) / (double)blocks.Width) - left;
                double mean = 0;
                double greatest = 0;
                Array.Clear(sums);
                for (int i = 0; i < Samples * Samples; i++)
                {
                    coarse.Read(image, top + (((i / Samples) + 0.5) / Samples * height), left + (((i % Samples) + 0.5) / Samples * width), sample);
                    double entropy = 0;
                    for (int c = 0; c < sample.Length; c++)
                    {
                        sums[c] += sample[c];
                        entropy -= c < Classes ? sample[c] * Math.Log(Math.Max(sample[c], 1e-5)) * unit : 0;
                    }

                    mean += entropy / (Samples * Samples);
                    greatest = Math.Max(greatest, entropy);
                }

                Span<float> target = values.AsSpan(row * inputs, inputs);
                for (int c = 0; c < sums.Length; c++)
                {
                    target[c < Classes ? c : c + Entropies] = (float)(sums[c] / (Samples * Samples));
                }

                target[Classes] = (float)mean;
                target[Classes + 1] = (float)greatest;
                entropies[row] = (float)mean;
            }
        });
        return (new Variable(values, grid.Rows, inputs, needsGradient: false), new Variable(entropies, grid.Rows, 1, needsGradient: false));
    }
}
