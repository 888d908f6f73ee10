using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The gated ensembler over one tile of <see cref="Perceptron.TileRows"/> pixels, all buffers [channel, pixel]. Both
/// gate forms come down to one number s per pixel, w1 = 1 / (1 + exp(-s)): s is the sigmoid's input, or the difference
/// of the softmax's two. Trusts its callers; one instance a thread.
/// </summary>
internal sealed unsafe class GatedTile
{
    private const int Rows = Perceptron.TileRows;

    private readonly int _classes;
    private readonly int _outputs;
    private readonly float[] _dense;
    private readonly float[] _sparse;
    private readonly float[] _features;
    private readonly float[] _gate;
    private readonly float[] _weight;
    private readonly float[] _mixed;
    private readonly float[] _merged;
    private readonly float[] _mergedGradient;
    private readonly float[] _mixedGradient;
    private readonly float[] _gateGradient;
    private readonly float[] _featureGradient;

    public GatedTile(int classes, int gateOutputs, bool backward)
    {
        _classes = classes;
        _outputs = gateOutputs;
        _dense = new float[classes * Rows];
        _sparse = new float[classes * Rows];
        _features = new float[2 * (classes + 1) * Rows];
        _gate = new float[gateOutputs * Rows];
        _weight = new float[Rows];
        _mixed = new float[classes * Rows];
        _merged = new float[classes * Rows];
        _mergedGradient = new float[backward ? _merged.Length : 0];
        _mixedGradient = new float[backward ? _mixed.Length : 0];
        _gateGradient = new float[backward ? _gate.Length : 0];
        _featureGradient = new float[backward ? _features.Length : 0];
    }

    /// <summary>Merges <paramref name="count"/> rows; an empty <paramref name="result"/> leaves the last two linears out.</summary>
    public void Forward(
        in PerceptronWeights gate,
        in PerceptronWeights merge,
        ReadOnlySpan<float> dense,
        ReadOnlySpan<float> sparse,
        int count,
        Span<float> result)
    {
        Transpose(dense, count, _dense);
        Transpose(sparse, count, _sparse);
        fixed (float* z1 = _dense, z2 = _sparse, f = _features, l = _gate, w1 = _weight, y = _mixed, o = _merged)
        {
            float* f2 = f + (_classes + 1) * Rows;
            for (int r = 0; r < Rows; r += VectorMath.Lanes)
            {
                ClassRows.Softmax(z1 + r, f + r, _classes, Rows).Store(f + _classes * Rows + r);
                ClassRows.Softmax(z2 + r, f2 + r, _classes, Rows).Store(f2 + _classes * Rows + r);
            }

            Perceptron.Forward(gate, f, l);
            for (int r = 0; r < Rows; r += VectorMath.Lanes)
            {
                Vector256<float> s = Vector256.Load(l + r);
                s = _outputs == 2 ? s - Vector256.Load(l + Rows + r) : s;
                Vector256<float> w = Vector256<float>.One / (Vector256<float>.One + VectorMath.Exp(-s));
                w.Store(w1 + r);
                for (int c = 0; c < _classes; c++)
                {
                    Vector256<float> b = Vector256.Load(z2 + c * Rows + r);
                    Vector256<float> difference = Vector256.Load(z1 + c * Rows + r) - b;
                    Vector256.FusedMultiplyAdd(w, difference, b).Store(y + c * Rows + r);
                }
            }

            if (!result.IsEmpty)
            {
                Perceptron.Forward(merge, y, o);
                TransposeBack(_merged, count, result);
            }
        }
    }

    /// <summary>The forward pass again, then its reverse; adds to all gradients given.</summary>
    public void Backward(
        in PerceptronWeights gate,
        in PerceptronWeights merge,
        in PerceptronWeights gateGradient,
        in PerceptronWeights mergeGradient,
        ReadOnlySpan<float> dense,
        ReadOnlySpan<float> sparse,
        int count,
        ReadOnlySpan<float> resultGradient,
        Span<float> sparseGradient)
    {
        Forward(gate, merge, dense, sparse, count, []);
        Transpose(resultGradient, count, _mergedGradient);
        Array.Clear(_mixedGradient);
        Array.Clear(_featureGradient);
        fixed (float* f = _features, y = _mixed, df = _featureGradient, dy = _mixedGradient)
        fixed (float* dl = _gateGradient, merged = _mergedGradient)
        {
            Perceptron.Backward(merge, mergeGradient, y, merged, dy);
            UnmixGradient(dy, dl);
            Perceptron.Backward(gate, gateGradient, f, dl, df);
            if (!sparseGradient.IsEmpty)
            {
                SparseGradient(f + (_classes + 1) * Rows, df + (_classes + 1) * Rows, dy);
                for (int i = 0; i < count; i++)
                {
                    for (int c = 0; c < _classes; c++)
                    {
                        sparseGradient[i * _classes + c] += _mergedGradient[c * Rows + i];
                    }
                }
            }
        }
    }

    // y = z2 + w1 (z1 - z2), w1 = sigmoid(s): ds = w1 (1 - w1) sum_c dy_c (z1_c - z2_c).
    private void UnmixGradient(float* dy, float* dl)
    {
        fixed (float* z1 = _dense, z2 = _sparse, w1 = _weight)
        {
            for (int r = 0; r < Rows; r += VectorMath.Lanes)
            {
                Vector256<float> sum = Vector256<float>.Zero;
                for (int c = 0; c < _classes; c++)
                {
                    int i = c * Rows + r;
                    sum = Vector256.FusedMultiplyAdd(
                        Vector256.Load(dy + i), Vector256.Load(z1 + i) - Vector256.Load(z2 + i), sum);
                }

                Vector256<float> w = Vector256.Load(w1 + r);
                Vector256<float> ds = sum * w * (Vector256<float>.One - w);
                ds.Store(dl + r);
                if (_outputs == 2)
                {
                    (-ds).Store(dl + Rows + r);
                }
            }
        }
    }

    // Through z2 itself: w2 dy. Through p2 and e2: g_c = dp_c + de (-ln max(p_c, eps) - [p_c > eps]) and
    // dz_c = p_c (g_c - sum_k p_k g_k). The result replaces the merged gradient, which is used up by now.
    private void SparseGradient(float* p, float* dp, float* dy)
    {
        Vector256<float> eps = Vector256.Create(ClassRows.MinProbability);
        fixed (float* dz = _mergedGradient, w1 = _weight)
        {
            for (int r = 0; r < Rows; r += VectorMath.Lanes)
            {
                Vector256<float> de = Vector256.Load(dp + _classes * Rows + r);
                Vector256<float> mean = Vector256<float>.Zero;
                for (int c = 0; c < _classes; c++)
                {
                    Vector256<float> pc = Vector256.Load(p + c * Rows + r);
                    Vector256<float> slope = -Vector256.Log(Vector256.Max(pc, eps))
                        - (Vector256.GreaterThan(pc, eps) & Vector256<float>.One);
                    Vector256<float> g = Vector256.FusedMultiplyAdd(de, slope, Vector256.Load(dp + c * Rows + r));
                    g.Store(dp + c * Rows + r);
                    mean = Vector256.FusedMultiplyAdd(pc, g, mean);
                }

                Vector256<float> w2 = Vector256<float>.One - Vector256.Load(w1 + r);
                for (int c = 0; c < _classes; c++)
                {
                    int i = c * Rows + r;
                    Vector256<float> through = Vector256.Load(p + i) * (Vector256.Load(dp + i) - mean);
                    Vector256.FusedMultiplyAdd(w2, Vector256.Load(dy + i), through).Store(dz + i);
                }
            }
        }
    }

    // Columns past the last row are zeros: finite in the forward pass and without gradient in the backward one.
    private void Transpose(ReadOnlySpan<float> rows, int count, float[] tile)
    {
        if (count < Rows)
        {
            Array.Clear(tile);
        }

        fixed (float* source = rows, target = tile)
        {
            for (int i = 0; i < count; i++)
            {
                for (int c = 0; c < _classes; c++)
                {
                    target[c * Rows + i] = source[i * _classes + c];
                }
            }
        }
    }

    private void TransposeBack(float[] tile, int count, Span<float> rows)
    {
        fixed (float* source = tile, target = rows)
        {
            for (int i = 0; i < count; i++)
            {
                for (int c = 0; c < _classes; c++)
                {
                    target[i * _classes + c] = source[c * Rows + i];
                }
            }
        }
    }
}
