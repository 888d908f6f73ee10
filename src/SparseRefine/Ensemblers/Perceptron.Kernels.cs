using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// linear inputs -> hidden, relu, linear hidden -> outputs, over tiles of <see cref="EnsembleTile.Rows"/> pixels stored
/// [channel, pixel]: a vector holds one channel of neighbouring pixels, so weights are broadcast and nothing is summed across
/// lanes but gradients. Weights are [output, input] row-major. Trusts its callers.
/// </summary>
internal static unsafe class Perceptron
{
    private const int TileRows = EnsembleTile.Rows;

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

        // The one to three outputs that are left: four vectors of pixels at a time, since four independent sums keep the multiply-add units busy.
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
            // relu by comparison: NaN is not below 0 and stays NaN, where the processor's max might turn it into 0.
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
    public static void Backward<TVector, TLanes>(
        in PerceptronWeights net,
        in PerceptronWeights gradient,
        float* inputs,
        float* outputGradient,
        float* inputGradient)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        float* hidden = stackalloc float[TileRows];
        float* delta = stackalloc float[TileRows];
        for (int j = 0; j < net.Hidden; j++)
        {
            Hide<TVector, TLanes>(net, inputs, j, hidden);
            for (int r = 0; r < TileRows; r += TLanes.Count)
            {
                TVector sum = TLanes.Create(0);
                for (int k = 0; k < net.Outputs; k++)
                {
                    sum = TLanes.MultiplyAdd(
                        TLanes.Create(net.OutputWeight[(k * net.Hidden) + j]), TLanes.Load(outputGradient + (k * TileRows) + r), sum);
                }

                // relu'(0) = 0, as the positive part alone passes.
                TLanes.Store(TLanes.WherePositive(TLanes.Load(hidden + r), sum), delta + r);
            }

            gradient.HiddenBias[j] += Sum<TVector, TLanes>(delta);
            for (int k = 0; k < net.Outputs; k++)
            {
                gradient.OutputWeight[(k * net.Hidden) + j] += Dot<TVector, TLanes>(hidden, outputGradient + (k * TileRows));
            }

            for (int d = 0; d < net.Inputs; d++)
            {
                gradient.HiddenWeight[(j * net.Inputs) + d] += Dot<TVector, TLanes>(delta, inputs + (d * TileRows));
                TVector w = TLanes.Create(net.HiddenWeight[(j * net.Inputs) + d]);
                for (int r = 0; r < TileRows; r += TLanes.Count)
                {
                    float* target = inputGradient + (d * TileRows) + r;
                    TLanes.Store(TLanes.MultiplyAdd(w, TLanes.Load(delta + r), TLanes.Load(target)), target);
                }
            }
        }

        for (int k = 0; k < net.Outputs; k++)
        {
            gradient.OutputBias[k] += Sum<TVector, TLanes>(outputGradient + (k * TileRows));
        }
    }

    // relu of hidden unit j for all pixels: one broadcast of a weight serves four vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Hide<TVector, TLanes>(in PerceptronWeights net, float* inputs, int j, float* hidden)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        float* weights = net.HiddenWeight + (j * net.Inputs);
        for (int r = 0; r < TileRows; r += 4 * TLanes.Count)
        {
            TVector a0 = TLanes.Create(net.HiddenBias[j]), a1 = a0, a2 = a0, a3 = a0;
            float* x = inputs + r;
            for (int d = 0; d < net.Inputs; d++)
            {
                TVector w = TLanes.Create(weights[d]);
                a0 = TLanes.MultiplyAdd(w, TLanes.Load(x), a0);
                a1 = TLanes.MultiplyAdd(w, TLanes.Load(x + TLanes.Count), a1);
                a2 = TLanes.MultiplyAdd(w, TLanes.Load(x + (2 * TLanes.Count)), a2);
                a3 = TLanes.MultiplyAdd(w, TLanes.Load(x + (3 * TLanes.Count)), a3);
                x += TileRows;
            }

            Store<TVector, TLanes>(a0, a1, hidden + r, true);
            Store<TVector, TLanes>(a2, a3, hidden + r + (2 * TLanes.Count), true);
        }
    }

    private static float Dot<TVector, TLanes>(float* a, float* b)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector sum = TLanes.Create(0);
        for (int r = 0; r < TileRows; r += TLanes.Count)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(a + r), TLanes.Load(b + r), sum);
        }

        return AcrossLanes<TVector, TLanes>(sum);
    }

    private static float Sum<TVector, TLanes>(float* a)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector sum = TLanes.Create(0);
        for (int r = 0; r < TileRows; r += TLanes.Count)
        {
            sum = TLanes.Add(sum, TLanes.Load(a + r));
        }

        return AcrossLanes<TVector, TLanes>(sum);
    }

    // The one place where the order of a sum, and so its last bits, depend on the vectors' width.
    private static float AcrossLanes<TVector, TLanes>(TVector sums)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        float* lanes = stackalloc float[TLanes.Count];
        TLanes.Store(sums, lanes);
        for (int step = TLanes.Count / 2; step > 0; step /= 2)
        {
            for (int i = 0; i < step; i++)
            {
                lanes[i] += lanes[i + step];
            }
        }

        return lanes[0];
    }
}
