using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// linear inputs -> hidden, relu, linear hidden -> outputs, over tiles of <see cref="TileRows"/> pixels stored
/// [channel, pixel]: a vector holds one channel of eight pixels, so weights are broadcast and nothing is summed across
/// lanes but gradients. Weights are [output, input] row-major. Trusts its callers.
/// </summary>
internal static unsafe class Perceptron
{
    /// <summary>Pixels a tile; every buffer's stride.</summary>
    public const int TileRows = 64;

    private const int Vectors = 4;
    private const int Step = Vectors * VectorMath.Lanes;

    /// <summary>outputs = W2 relu(W1 inputs + b1) + b2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in PerceptronWeights net, float* inputs, float* outputs)
    {
        for (int r = 0; r < TileRows; r += Step)
        {
            for (int k = 0; k < net.Outputs; k++)
            {
                for (int v = 0; v < Step; v += VectorMath.Lanes)
                {
                    Vector256.Create(net.OutputBias[k]).Store(outputs + k * TileRows + r + v);
                }
            }

            for (int j = 0; j < net.Hidden; j++)
            {
                Hide(net, inputs + r, j, out var h0, out var h1, out var h2, out var h3);
                for (int k = 0; k < net.Outputs; k++)
                {
                    Vector256<float> w = Vector256.Create(net.OutputWeight[k * net.Hidden + j]);
                    float* o = outputs + k * TileRows + r;
                    Vector256.FusedMultiplyAdd(w, h0, Vector256.Load(o)).Store(o);
                    Vector256.FusedMultiplyAdd(w, h1, Vector256.Load(o + 8)).Store(o + 8);
                    Vector256.FusedMultiplyAdd(w, h2, Vector256.Load(o + 16)).Store(o + 16);
                    Vector256.FusedMultiplyAdd(w, h3, Vector256.Load(o + 24)).Store(o + 24);
                }
            }
        }
    }

    /// <summary>
    /// Adds to the gradients of weights and inputs what the gradient of the outputs implies; the hidden units are
    /// computed again rather than kept.
    /// </summary>
    /// <param name="net">The weights.</param>
    /// <param name="gradient">Buffers of the weights' sizes; added to.</param>
    /// <param name="inputs">[inputs, tile] as in the forward pass.</param>
    /// <param name="outputGradient">[outputs, tile]; zero for rows that do not exist.</param>
    /// <param name="inputGradient">[inputs, tile]; added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        in PerceptronWeights net,
        in PerceptronWeights gradient,
        float* inputs,
        float* outputGradient,
        float* inputGradient)
    {
        float* hidden = stackalloc float[TileRows];
        float* delta = stackalloc float[TileRows];
        for (int j = 0; j < net.Hidden; j++)
        {
            for (int r = 0; r < TileRows; r += Step)
            {
                Hide(net, inputs + r, j, out var h0, out var h1, out var h2, out var h3);
                h0.Store(hidden + r);
                h1.Store(hidden + r + 8);
                h2.Store(hidden + r + 16);
                h3.Store(hidden + r + 24);
            }

            for (int r = 0; r < TileRows; r += VectorMath.Lanes)
            {
                Vector256<float> sum = Vector256<float>.Zero;
                for (int k = 0; k < net.Outputs; k++)
                {
                    sum = Vector256.FusedMultiplyAdd(
                        Vector256.Create(net.OutputWeight[k * net.Hidden + j]),
                        Vector256.Load(outputGradient + k * TileRows + r),
                        sum);
                }

                // relu'(0) = 0, as the positive part alone passes.
                Vector256<float> open = Vector256.GreaterThan(Vector256.Load(hidden + r), Vector256<float>.Zero);
                (sum & open).Store(delta + r);
            }

            gradient.HiddenBias[j] += Sum(delta);
            for (int k = 0; k < net.Outputs; k++)
            {
                gradient.OutputWeight[k * net.Hidden + j] += Dot(hidden, outputGradient + k * TileRows);
            }

            for (int d = 0; d < net.Inputs; d++)
            {
                gradient.HiddenWeight[j * net.Inputs + d] += Dot(delta, inputs + d * TileRows);
                Vector256<float> w = Vector256.Create(net.HiddenWeight[j * net.Inputs + d]);
                for (int r = 0; r < TileRows; r += VectorMath.Lanes)
                {
                    float* target = inputGradient + d * TileRows + r;
                    Vector256.FusedMultiplyAdd(w, Vector256.Load(delta + r), Vector256.Load(target)).Store(target);
                }
            }
        }

        for (int k = 0; k < net.Outputs; k++)
        {
            gradient.OutputBias[k] += Sum(outputGradient + k * TileRows);
        }
    }

    /// <summary>relu of hidden unit <paramref name="j"/> for 32 pixels: one broadcast of a weight serves four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Hide(
        in PerceptronWeights net,
        float* inputs,
        int j,
        out Vector256<float> h0,
        out Vector256<float> h1,
        out Vector256<float> h2,
        out Vector256<float> h3)
    {
        Vector256<float> a0 = Vector256.Create(net.HiddenBias[j]);
        Vector256<float> a1 = a0;
        Vector256<float> a2 = a0;
        Vector256<float> a3 = a0;
        float* weights = net.HiddenWeight + j * net.Inputs;
        for (int d = 0; d < net.Inputs; d++)
        {
            Vector256<float> w = Vector256.Create(weights[d]);
            float* x = inputs + d * TileRows;
            a0 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x), a0);
            a1 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x + 8), a1);
            a2 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x + 16), a2);
            a3 = Vector256.FusedMultiplyAdd(w, Vector256.Load(x + 24), a3);
        }

        h0 = Relu(a0);
        h1 = Relu(a1);
        h2 = Relu(a2);
        h3 = Relu(a3);
    }

    // Clears what is below zero and so lets NaN through, where a native max would turn NaN into 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Relu(Vector256<float> x)
        => Vector256.AndNot(x, Vector256.LessThan(x, Vector256<float>.Zero));

    private static float Dot(float* a, float* b)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        for (int r = 0; r < TileRows; r += VectorMath.Lanes)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + r), Vector256.Load(b + r), sum);
        }

        return Vector256.Sum(sum);
    }

    private static float Sum(float* a)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        for (int r = 0; r < TileRows; r += VectorMath.Lanes)
        {
            sum += Vector256.Load(a + r);
        }

        return Vector256.Sum(sum);
    }
}
