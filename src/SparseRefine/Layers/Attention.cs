using System.Numerics;
using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// Attention of the disentangled non-local block within each image: y_i = sum_j w_ij v_j, w_ij = softmax_j(scale (q_i - mean q) .
/// (k_j - mean k)) + softmax_j(m_j), without the terms whose inputs are null. Holds [pixels, pixels] weights of one image at a time in
/// inference, of all while training.
/// </summary>
internal static class Attention
{
    private const int BlockRows = 16;

    /// <param name="query">[pixels, d], or null together with <paramref name="key"/>.</param>
    /// <param name="key">[pixels, d].</param>
    /// <param name="unary">[pixels, 1], or null.</param>
    /// <param name="value">[pixels, channels].</param>
    /// <param name="scale">Factor on the products.</param>
    /// <param name="grid">The pixels.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    public static Variable Forward(
        Variable? query, Variable? key, Variable? unary, Variable value, float scale, GridShape grid, Tape? tape, Workers workers)
    {
        Variable output = Variable.Output(tape, value.Rows, value.Channels);
        tape?.Record(output, () => { });
        for (int image = 0; image < grid.Images; image++)
        {
            OneImage attention = new(query, key, unary, value, scale, image, grid.Pixels);
            attention.Forward(output.Value, workers);
            tape?.Record(() => attention.Backward(output.Gradient, tape.Workers));
        }

        return output;
    }

    /// <summary>x (rows, inputs) times w (inputs, outputs).</summary>
    private static float[] Times(float[] x, PackedWeights w, Workers workers)
    {
        float[] product = new float[x.Length / w.Inputs * w.Outputs];
        new GridProduct { Input = x, Weights = w, Rows = x.Length / w.Inputs, Output = product }.Run(workers);
        return product;
    }

    /// <summary>x^T y.</summary>
    private static float[] Outer(float[] x, int inputs, float[] y, int outputs, Workers workers)
    {
        float[] sum = new float[inputs * outputs];
        new GridWeightGradient
        {
            Path = Simd.Default,
            Input = x,
            OutputGradient = y,
            Rows = x.Length / inputs,
            Taps = 1,
            Inputs = inputs,
            Outputs = outputs,
            Gradient = sum,
        }.Run(workers);
        return sum;
    }

    private static float[] Slice(Variable variable, int image, int pixels) =>
        variable.Value.AsSpan(image * pixels * variable.Channels, pixels * variable.Channels).ToArray();

    private static void AddTo(Variable variable, int image, float[] gradient)
    {
        if (variable.NeedsGradient)
        {
            Span<float> target = variable.Gradient.AsSpan(image * gradient.Length, gradient.Length);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] += gradient[i];
            }
        }
    }

    /// <summary>Subtracts each channel's mean over the pixels.</summary>
    private static float[] Center(float[] x, int channels)
    {
        double[] sums = new double[channels];
        for (int i = 0; i < x.Length; i++)
        {
            sums[i % channels] += x[i];
        }

        int rows = x.Length / channels;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] -= (float)(sums[i % channels] / rows);
        }

        return x;
    }

    private static void Softmax(Span<float> row)
    {
        float max = float.NegativeInfinity;
        foreach (float value in row)
        {
            max = MathF.Max(max, value);
        }

        int i = 0;
        for (int last = Simd.VectorEnd(i, row.Length); i < last; i += Vector<float>.Count)
        {
            Vector.Exp(new Vector<float>(row[i..]) - new Vector<float>(max)).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] = MathF.Exp(row[i] - max);
        }

        double sum = 0;
        foreach (float value in row)
        {
            sum += value;
        }

        float inverse = (float)(1 / sum);
        foreach (ref float value in row)
        {
            value *= inverse;
        }
    }

    /// <summary>gradient of softmax: g becomes p (g - sum p g).</summary>
    private static void SoftmaxGradient(ReadOnlySpan<float> p, Span<float> g)
    {
        double sum = 0;
        for (int i = 0; i < p.Length; i++)
        {
            sum += (double)p[i] * g[i];
        }

        for (int i = 0; i < p.Length; i++)
        {
            g[i] = p[i] * (g[i] - (float)sum);
        }
    }

    private sealed class OneImage(Variable? query, Variable? key, Variable? unary, Variable value, float scale, int image, int pixels)
    {
        private readonly float[] _values = Slice(value, image, pixels);
        private readonly float[]? _queries = query is null ? null : Center(Slice(query, image, pixels), query.Channels);
        private readonly float[]? _keys = key is null ? null : Center(Slice(key, image, pixels), key.Channels);
        private readonly float[]? _unary = unary is null ? null : Slice(unary, image, pixels);
        private float[] _pairwise = [];

        public void Forward(float[] output, Workers workers)
        {
            if (_unary != null)
            {
                Softmax(_unary);
            }

            float[] weights;
            if (_queries is null)
            {
                weights = new float[pixels * pixels];
            }
            else
            {
                _pairwise = Times(_queries, PackedWeights.PackTransposed(Simd.Default, _keys!, 1, pixels, key!.Channels, false), workers);
                workers.For(pixels, BlockRows, (_, start, end) =>
                {
                    for (int i = start; i < end; i++)
                    {
                        Span<float> row = _pairwise.AsSpan(i * pixels, pixels);
                        foreach (ref float product in row)
                        {
                            product *= scale;
                        }

                        Softmax(row);
                    }
                });
                weights = _pairwise;
            }

            float[] sum = Times(Joined(weights), PackedWeights.Pack(Simd.Default, _values, 1, pixels, value.Channels), workers);
            sum.CopyTo(output, image * sum.Length);
        }

        public void Backward(float[] outputGradient, Workers workers)
        {
            int channels = value.Channels;
            float[] gradient = outputGradient.AsSpan(image * pixels * channels, pixels * channels).ToArray();
            float[] pairwise = _queries is null ? new float[pixels * pixels] : _pairwise;
            AddTo(value, image, Outer(Joined(pairwise), pixels, gradient, channels, workers));
            float[] weightGradient = Times(gradient, PackedWeights.PackTransposed(Simd.Default, _values, 1, pixels, channels, false), workers);
            if (_unary != null)
            {
                float[] sums = new float[pixels];
                for (int i = 0; i < weightGradient.Length; i++)
                {
                    sums[i % pixels] += weightGradient[i];
                }

                SoftmaxGradient(_unary, sums);
                AddTo(unary!, image, sums);
            }

            if (_queries is null)
            {
                return;
            }

            workers.For(pixels, BlockRows, (_, start, end) =>
            {
                for (int i = start; i < end; i++)
                {
                    Span<float> row = weightGradient.AsSpan(i * pixels, pixels);
                    SoftmaxGradient(_pairwise.AsSpan(i * pixels, pixels), row);
                    foreach (ref float g in row)
                    {
                        g *= scale;
                    }
                }
            });

            // Subtracting the mean is a symmetric linear map, so its backward step is the same map.
            int depth = query!.Channels;
            AddTo(query, image, Center(Times(weightGradient, PackedWeights.Pack(Simd.Default, _keys!, 1, pixels, depth), workers), depth));
            AddTo(key!, image, Center(Outer(weightGradient, pixels, _queries, depth, workers), depth));
        }

        private float[] Joined(float[] pairwise)
        {
            if (_unary is null)
            {
                return pairwise;
            }

            float[] joined = pairwise.ToArray();
            for (int i = 0; i < joined.Length; i += pixels)
            {
                for (int j = 0; j < pixels; j++)
                {
                    joined[i + j] += _unary[j];
                }
            }

            return joined;
        }
    }
}
