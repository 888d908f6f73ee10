using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// linear inputs -> hidden, relu, linear hidden -> outputs, over tiles of <see cref="EnsembleTile.Rows"/> pixels stored
/// [channel, pixel]: a vector holds one channel of eight pixels, so weights are broadcast and nothing is summed across
/// lanes but gradients. Weights are [output, input] row-major. Trusts its callers.
/// </summary>
internal static unsafe class Perceptron
{
    private const int TileRows = EnsembleTile.Rows;
    private const int Lanes = 8;
    private const int Vectors = 4;
    private const int Step = Vectors * Lanes;

    /// <summary>outputs = W2 relu(W1 inputs + b1) + b2.</summary>
    /// <param name="net">The weights.</param>
    /// <param name="inputs">[inputs, tile].</param>
    /// <param name="hidden">[hidden, tile], written.</param>
    /// <param name="outputs">[outputs, tile], written.</param>
    public static void Forward<TVector, TLanes>(in PerceptronWeights net, float* inputs, float* hidden, float* outputs)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        Multiply<TVector, TLanes>(net.HiddenWeight, net.HiddenBias, net.Inputs, net.Hidden, inputs, hidden, true);
        Multiply<TVector, TLanes>(net.OutputWeight, net.OutputBias, net.Hidden, net.Outputs, hidden, outputs, false);
    }

    // Four outputs and two vectors of pixels at a time: eight sums in registers for six loads a step.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TVector, TLanes>(
        float* weights, float* bias, int inputs, int outputs, float* x, float* y, bool relu)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int o = 0;
        for (; o + 4 <= outputs; o += 4)
        {
            float* w = weights + (o * inputs);
            for (int r = 0; r < TileRows; r += 2 * TLanes.Count)
            {
                TVector a0 = TLanes.Create(bias[o]), a1 = a0;
                TVector b0 = TLanes.Create(bias[o + 1]), b1 = b0;
                TVector c0 = TLanes.Create(bias[o + 2]), c1 = c0;
                TVector d0 = TLanes.Create(bias[o + 3]), d1 = d0;
                float* source = x + r;
                for (int k = 0; k < inputs; k++)
                {
                    TVector x0 = TLanes.Load(source);
                    TVector x1 = TLanes.Load(source + TLanes.Count);
                    TVector factor = TLanes.Create(w[k]);
                    a0 = TLanes.MultiplyAdd(factor, x0, a0);
                    a1 = TLanes.MultiplyAdd(factor, x1, a1);
                    factor = TLanes.Create(w[inputs + k]);
                    b0 = TLanes.MultiplyAdd(factor, x0, b0);
                    b1 = TLanes.MultiplyAdd(factor, x1, b1);
                    factor = TLanes.Create(w[(2 * inputs) + k]);
                    c0 = TLanes.MultiplyAdd(factor, x0, c0);
                    c1 = TLanes.MultiplyAdd(factor, x1, c1);
                    factor = TLanes.Create(w[(3 * inputs) + k]);
                    d0 = TLanes.MultiplyAdd(factor, x0, d0);
                    d1 = TLanes.MultiplyAdd(factor, x1, d1);
                    source += TileRows;
                }

                float* target = y + (o * TileRows) + r;
                Store<TVector, TLanes>(a0, a1, target, relu);
                Store<TVector, TLanes>(b0, b1, target + TileRows, relu);
                Store<TVector, TLanes>(c0, c1, target + (2 * TileRows), relu);
                Store<TVector, TLanes>(d0, d1, target + (3 * TileRows), relu);
            }
        }

        // Outputs that are left: four vectors of pixels, so that no sum waits for itself.
        for (; o < outputs; o++)
        {
            float* w = weights + (o * inputs);
            for (int r = 0; r < TileRows; r += 4 * TLanes.Count)
            {
                TVector a0 = TLanes.Create(bias[o]), a1 = a0, a2 = a0, a3 = a0;
                float* source = x + r;
                for (int k = 0; k < inputs; k++)
                {
                    TVector factor = TLanes.Create(w[k]);
                    a0 = TLanes.MultiplyAdd(factor, TLanes.Load(source), a0);
                    a1 = TLanes.MultiplyAdd(factor, TLanes.Load(source + TLanes.Count), a1);
                    a2 = TLanes.MultiplyAdd(factor, TLanes.Load(source + (2 * TLanes.Count)), a2);
                    a3 = TLanes.MultiplyAdd(factor, TLanes.Load(source + (3 * TLanes.Count)), a3);
                    source += TileRows;
                }

                float* target = y + (o * TileRows) + r;
                Store<TVector, TLanes>(a0, a1, target, relu);
                Store<TVector, TLanes>(a2, a3, target + (2 * TLanes.Count), relu);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVector, TLanes>(TVector first, TVector second, float* target, bool relu)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        if (relu)
        {
            // Clears what is below zero and so lets NaN through, where a native max would turn NaN into 0.
            first = TLanes.WhereGreater(TLanes.Create(0), first, TLanes.Create(0), first);
            second = TLanes.WhereGreater(TLanes.Create(0), second, TLanes.Create(0), second);
        }

        TLanes.Store(first, target);
        TLanes.Store(second, target + TLanes.Count);
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

            for (int r = 0; r < TileRows; r += Lanes)
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
                for (int r = 0; r < TileRows; r += Lanes)
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
        for (int r = 0; r < TileRows; r += Lanes)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(a + r), Vector256.Load(b + r), sum);
        }

        return Vector256.Sum(sum);
    }

    private static float Sum(float* a)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        for (int r = 0; r < TileRows; r += Lanes)
        {
            sum += Vector256.Load(a + r);
        }

        return Vector256.Sum(sum);
    }
}
