using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// Disentangled non-local block (Yin et al., arXiv 2006.06668) with a temperature: for each pixel i of a photo
/// y_i = x_i + sum over its pixels j of (A_ij + u_j) v_j, A_i = softmax_j((q_i - mean q) . (k_j - mean k) / (sqrt(d) T)),
/// u = softmax_j(m_j), where q, k, v and m are 1x1 convolutions of x. q, k and m have no bias, for it would cancel. Either half may be absent;
/// without both y = x.
/// </summary>
internal sealed class DisentangledNonLocal
{
    /// <summary>Channels a channel of query and key.</summary>
    private const int Narrowing = 4;

    public DisentangledNonLocal(string name, int channels, bool pairwise, bool unary, double temperature, Random random)
    {
        int depth = Math.Max(8, channels / Narrowing);
        Scale = (float)(1 / (Math.Sqrt(depth) * temperature));
        if (pairwise)
        {
            Query = new Linear(name + ".query", channels, depth, random, bias: false);
            Key = new Linear(name + ".key", channels, depth, random, bias: false);
        }

        Unary = unary ? new Linear(name + ".unary", channels, 1, random, bias: false) : null;
        Value = pairwise || unary ? new Linear(name + ".value", channels, channels, random) : null;
        Parameters = [.. new[] { Query, Key, Unary, Value }.OfType<Linear>().SelectMany(layer => layer.Parameters)];
    }

    public Linear? Query { get; }

    public Linear? Key { get; }

    public Linear? Unary { get; }

    public Linear? Value { get; }

    /// <summary>1 / (sqrt(d) T).</summary>
    public float Scale { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        if (Value is null)
        {
            return input;
        }

        Variable value = Value.Forward(input, grid, tape, workers);
        Variable? query = Query?.Forward(input, grid, tape, workers);
        Variable? key = Key?.Forward(input, grid, tape, workers);
        Variable? unary = Unary?.Forward(input, grid, tape, workers);
        return Add.Forward(input, Attention.Forward(query, key, unary, value, Scale, grid, tape, workers), tape, workers);
    }
}
