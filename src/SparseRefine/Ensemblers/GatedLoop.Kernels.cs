using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// The gated ensembler over one tile of <see cref="EnsembleTile.Rows"/> pixels, all buffers [channel, pixel]. Both
/// gate forms come down to one number s per pixel, w1 = 1 / (1 + exp(-s)): s is the sigmoid's input, or the difference
/// of the softmax's two.
/// </summary>
internal readonly unsafe struct GatedLoop : ISimdLoop
{
    private const int Rows = EnsembleTile.Rows;

    private readonly PerceptronWeights _gate;
    private readonly PerceptronWeights _merge;
    private readonly float* _dense;
    private readonly float* _sparse;
    private readonly float* _hidden;
    private readonly float* _result;

    /// <summary>Sets the buffers.</summary>
    /// <param name="gate">The gate's weights.</param>
    /// <param name="merge">Weights of the last two linears; without hidden units y itself is the result.</param>
    /// <param name="dense">[classes, rows].</param>
    /// <param name="sparse">[classes, rows].</param>
    /// <param name="scratch">[classes + scratch channels of the ensembler, rows].</param>
    /// <param name="result">[classes, rows]; null leaves the last two linears out.</param>
    public GatedLoop(
        in PerceptronWeights gate, in PerceptronWeights merge, float* dense, float* sparse, float* scratch, float* result)
    {
        _gate = gate;
        _merge = merge;
        _dense = dense;
        _sparse = sparse;
        _result = result;
        Mixed = merge.Hidden == 0 && result != null ? result : scratch;
        Features = scratch + (merge.Inputs * Rows);
        Gate = Features + (gate.Inputs * Rows);
        Weight = Gate + (2 * Rows);
        _hidden = Weight + Rows;
    }

    /// <summary>[classes, rows] y = w1 z1 + w2 z2.</summary>
    public float* Mixed { get; }

    /// <summary>[2 (classes + 1), rows] p1, e1, p2, e2.</summary>
    public float* Features { get; }

    /// <summary>[1 or 2, rows], the gate's outputs.</summary>
    public float* Gate { get; }

    /// <summary>[rows] w1.</summary>
    public float* Weight { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int classes = _merge.Inputs;
        float* second = Features + ((classes + 1) * Rows);
        for (int v = 0; v < Rows; v += TLanes.Count)
        {
            TLanes.Store(ClassRows.Softmax<TVector, TLanes>(_dense + v, Features + v, classes, Rows), Features + (classes * Rows) + v);
            TLanes.Store(ClassRows.Softmax<TVector, TLanes>(_sparse + v, second + v, classes, Rows), second + (classes * Rows) + v);
        }

        Perceptron.Forward<TVector, TLanes>(_gate, Features, _hidden, Gate);
        TVector one = TLanes.Create(1);
        for (int v = 0; v < Rows; v += TLanes.Count)
        {
            // -s
            TVector opposite = _gate.Outputs == 2
                ? TLanes.Subtract(TLanes.Load(Gate + Rows + v), TLanes.Load(Gate + v))
                : TLanes.Subtract(TLanes.Create(0), TLanes.Load(Gate + v));
            TVector w = TLanes.Divide(one, TLanes.Add(one, VectorMath.Exp<TVector, TLanes>(opposite)));
            TLanes.Store(w, Weight + v);
            for (int i = v; i < classes * Rows; i += Rows)
            {
                TVector b = TLanes.Load(_sparse + i);
                TLanes.Store(TLanes.MultiplyAdd(w, TLanes.Subtract(TLanes.Load(_dense + i), b), b), Mixed + i);
            }
        }

        if (_result != null && _merge.Hidden > 0)
        {
            Perceptron.Forward<TVector, TLanes>(_merge, Mixed, _hidden, _result);
        }
    }
}
