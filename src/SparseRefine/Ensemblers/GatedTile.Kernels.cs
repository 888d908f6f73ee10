using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The backward pass of the gated ensembler over one tile of <see cref="EnsembleTile.Rows"/> pixels, all buffers [channel, pixel]. Trusts its
/// callers; one instance a thread.
/// </summary>
internal sealed unsafe class GatedTile
{
    private const int Rows = EnsembleTile.Rows;

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
            var backward = new BackwardLoop(this, forward, gate, merge, gateGradient, mergeGradient, z1, z2, merged, dy, dl, df)
            {
                NeedsSparseGradient = !sparseGradient.IsEmpty,
            };
            Simd.Run(Simd.Default, ref backward);
            if (!sparseGradient.IsEmpty)
            {
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void UnmixGradient<TVector, TLanes>(float* z1, float* z2, float* w1, float* dy, float* dl)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        for (int r = 0; r < Rows; r += TLanes.Count)
        {
            TVector sum = TLanes.Create(0);
            for (int c = 0; c < _classes; c++)
            {
                int i = (c * Rows) + r;
                sum = TLanes.MultiplyAdd(TLanes.Load(dy + i), TLanes.Subtract(TLanes.Load(z1 + i), TLanes.Load(z2 + i)), sum);
            }

            TVector w = TLanes.Load(w1 + r);
            TVector ds = TLanes.Multiply(TLanes.Multiply(sum, w), TLanes.Subtract(TLanes.Create(1), w));
            TLanes.Store(ds, dl + r);
            if (_outputs == 2)
            {
                TLanes.Store(TLanes.Subtract(TLanes.Create(0), ds), dl + Rows + r);
            }
        }
    }

    // Through z2 itself: w2 dy. Through p2 and e2: g_c = dp_c + de (-ln max(p_c, eps) - [p_c > eps]) and
    // dz_c = p_c (g_c - sum_k p_k g_k). The result replaces the merged gradient, which is used up by now.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SparseGradient<TVector, TLanes>(float* p, float* dp, float* dy, float* w1, float* dz)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector zero = TLanes.Create(0);
        TVector one = TLanes.Create(1);
        TVector eps = TLanes.Create(ClassRows.MinProbability);
        for (int r = 0; r < Rows; r += TLanes.Count)
        {
            TVector de = TLanes.Load(dp + (_classes * Rows) + r);
            TVector mean = zero;
            for (int c = 0; c < _classes; c++)
            {
                TVector pc = TLanes.Load(p + (c * Rows) + r);
                TVector step = TLanes.WhereGreater(pc, eps, one, zero);
                TVector slope = TLanes.Subtract(TLanes.Subtract(zero, TLanes.Log(TLanes.Max(pc, eps))), step);
                TVector g = TLanes.MultiplyAdd(de, slope, TLanes.Load(dp + (c * Rows) + r));
                TLanes.Store(g, dp + (c * Rows) + r);
                mean = TLanes.MultiplyAdd(pc, g, mean);
            }

            TVector w2 = TLanes.Subtract(one, TLanes.Load(w1 + r));
            for (int c = 0; c < _classes; c++)
            {
                int i = (c * Rows) + r;
                TVector through = TLanes.Multiply(TLanes.Load(p + i), TLanes.Subtract(TLanes.Load(dp + i), mean));
                TLanes.Store(TLanes.MultiplyAdd(w2, TLanes.Load(dy + i), through), dz + i);
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

    private readonly struct BackwardLoop(
        GatedTile tile,
        GatedLoop forward,
        PerceptronWeights gate,
        PerceptronWeights merge,
        PerceptronWeights gateGradient,
        PerceptronWeights mergeGradient,
        float* z1,
        float* z2,
        float* merged,
        float* dy,
        float* dl,
        float* df) : ISimdLoop
    {
        public bool NeedsSparseGradient { get; init; }

        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            if (merge.Hidden > 0)
            {
                Perceptron.Backward<TVector, TLanes>(merge, mergeGradient, forward.Mixed, merged, dy);
            }
            else
            {
                new Span<float>(merged, tile._classes * Rows).CopyTo(new Span<float>(dy, tile._classes * Rows));
            }

            tile.UnmixGradient<TVector, TLanes>(z1, z2, forward.Weight, dy, dl);
            Perceptron.Backward<TVector, TLanes>(gate, gateGradient, forward.Features, dl, df);
            if (NeedsSparseGradient)
            {
                int second = (tile._classes + 1) * Rows;
                tile.SparseGradient<TVector, TLanes>(forward.Features + second, df + second, dy, forward.Weight, merged);
            }
        }
    }
}
