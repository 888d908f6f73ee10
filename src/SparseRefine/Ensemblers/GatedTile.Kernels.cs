using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The backward pass of the gated ensembler over one tile of <see cref="EnsembleTile.Rows"/> pixels, all buffers [channel, pixel]. Trusts its
/// callers; one instance a thread.
/// </summary>
internal sealed unsafe class GatedTile
{
    private const int Rows = EnsembleTile.Rows;
    private const int Lanes = 8;

    private readonly int _classes;
    private readonly int _outputs;
    private readonly float[] _dense;
    private readonly float[] _sparse;
    private readonly float[] _scratch;
    private readonly float[] _mergedGradient;
    private readonly float[] _mixedGradient;
    private readonly float[] _gateGradient;
    private readonly float[] _featureGradient;

    public GatedTile(int classes, int scratchChannels, int gateOutputs)
    {
        _classes = classes;
        _outputs = gateOutputs;
        _dense = new float[classes * Rows];
        _sparse = new float[classes * Rows];
        _scratch = new float[(classes + scratchChannels) * Rows];
        _mergedGradient = new float[classes * Rows];
        _mixedGradient = new float[classes * Rows];
        _gateGradient = new float[gateOutputs * Rows];
        _featureGradient = new float[2 * (classes + 1) * Rows];
    }

    /// <summary>The forward pass again, then its reverse, for <paramref name="count"/> rows; adds to all gradients given.</summary>
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
        Transpose(dense, count, _dense);
        Transpose(sparse, count, _sparse);
        Transpose(resultGradient, count, _mergedGradient);
        Array.Clear(_mixedGradient);
        Array.Clear(_featureGradient);
        fixed (float* z1 = _dense, z2 = _sparse, scratch = _scratch, df = _featureGradient, dy = _mixedGradient)
        fixed (float* dl = _gateGradient, merged = _mergedGradient)
        {
            var forward = new GatedLoop(gate, merge, z1, z2, scratch, null);
            Simd.Run(Simd.Default, ref forward);
            Perceptron.Backward(merge, mergeGradient, forward.Mixed, merged, dy);
            UnmixGradient(z1, z2, forward.Weight, dy, dl);
            Perceptron.Backward(gate, gateGradient, forward.Features, dl, df);
            if (!sparseGradient.IsEmpty)
            {
                SparseGradient(forward.Features + ((_classes + 1) * Rows), df + ((_classes + 1) * Rows), dy, forward.Weight, merged);
                for (int i = 0; i < count; i++)
                {
                    for (int c = 0; c < _classes; c++)
                    {
                        sparseGradient[(i * _classes) + c] += _mergedGradient[(c * Rows) + i];
                    }
                }
            }
        }
    }

    // y = z2 + w1 (z1 - z2), w1 = sigmoid(s): ds = w1 (1 - w1) sum_c dy_c (z1_c - z2_c).
    private void UnmixGradient(float* z1, float* z2, float* w1, float* dy, float* dl)
    {
        for (int r = 0; r < Rows; r += Lanes)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (int c = 0; c < _classes; c++)
            {
                int i = (c * Rows) + r;
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

    // Through z2 itself: w2 dy. Through p2 and e2: g_c = dp_c + de (-ln max(p_c, eps) - [p_c > eps]) and
    // dz_c = p_c (g_c - sum_k p_k g_k). The result replaces the merged gradient, which is used up by now.
    private void SparseGradient(float* p, float* dp, float* dy, float* w1, float* dz)
    {
        Vector256<float> eps = Vector256.Create(ClassRows.MinProbability);
        for (int r = 0; r < Rows; r += Lanes)
        {
            Vector256<float> de = Vector256.Load(dp + (_classes * Rows) + r);
            Vector256<float> mean = Vector256<float>.Zero;
            for (int c = 0; c < _classes; c++)
            {
                Vector256<float> pc = Vector256.Load(p + (c * Rows) + r);
                Vector256<float> slope = -Vector256.Log(Vector256.Max(pc, eps))
                    - (Vector256.GreaterThan(pc, eps) & Vector256<float>.One);
                Vector256<float> g = Vector256.FusedMultiplyAdd(de, slope, Vector256.Load(dp + (c * Rows) + r));
                g.Store(dp + (c * Rows) + r);
                mean = Vector256.FusedMultiplyAdd(pc, g, mean);
            }

            Vector256<float> w2 = Vector256<float>.One - Vector256.Load(w1 + r);
            for (int c = 0; c < _classes; c++)
            {
                int i = (c * Rows) + r;
                Vector256<float> through = Vector256.Load(p + i) * (Vector256.Load(dp + i) - mean);
                Vector256.FusedMultiplyAdd(w2, Vector256.Load(dy + i), through).Store(dz + i);
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

        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < _classes; c++)
            {
                tile[(c * Rows) + i] = rows[(i * _classes) + c];
            }
        }
    }
}
