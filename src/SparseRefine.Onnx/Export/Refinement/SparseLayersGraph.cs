using SparseRefine.Layers;

namespace SparseRefine.Onnx.Export;

/// <summary>Rows of a level, a row a site: [chunks, chunk rows, channels].</summary>
/// <param name="Value">The rows.</param>
/// <param name="Channels">Values a row.</param>
internal sealed record SiteRows(string Value, int Channels)
{
    /// <summary>[rows, channels].</summary>
    public string Flat(OnnxGraph graph) => graph.Reshape(Value, -1, Channels);

    /// <summary>[chunk rows, channels].</summary>
    public string Chunk(OnnxGraph body, string round) => body.Gather(Value, round);
}

/// <summary>What is added to a layer's result: rows of the same level, through a linear layer without bias where weights are given.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Weights">[channels, outputs]; null: as they are.</param>
internal sealed record SiteTerm(SiteRows Rows, float[]? Weights = null);

/// <summary>What follows the sum of a layer: bias, terms, relu; and a norm with relu whose result the next layer reads.</summary>
internal sealed record SiteStore
{
    public float[]? Bias { get; init; }

    public IReadOnlyList<SiteTerm> Terms { get; init; } = [];

    public bool Relu { get; init; }

    /// <summary>The norm behind the sum; null: none.</summary>
    public Affine? Norm { get; init; }

    /// <summary>Whether the sum itself is read, too.</summary>
    public bool KeepsValues { get; init; } = true;
}

/// <summary>
/// The layers of the sparse networks, chunk by chunk. Weights are [taps x inputs, outputs] as the engine keeps them. In half precision products and sums of a layer are.
/// </summary>
internal sealed class SparseLayersGraph(OnnxGraph graph, bool isHalf)
{
    private const int Taps = 9;

    /// <summary>Type of rows and weights.</summary>
    public int Type { get; } = isHalf ? OnnxGraph.Float16 : OnnxGraph.Float;

    /// <summary>Rows of a level's chunks, if its convolutions read so many channels at most.</summary>
    public int ChunkRows(int channels) => Math.Clamp(graph.BlockValues / (Taps * channels) / 64 * 64, 64, graph.BlockValues / 128);

    /// <summary>Weights of the networks' type.</summary>
    public string Weights(float[] values, params long[] shape)
    {
        string name = graph.Unique("weights");
        return isHalf ? graph.Weights(name, [.. values.Select(value => (Half)value)], shape) : graph.Weights(name, values, shape);
    }

    /// <summary>A 3x3 convolution, over this level's neighbours or those of the finer one.</summary>
    /// <param name="level">The level of the result.</param>
    /// <param name="map">[chunks, chunk rows, 9].</param>
    /// <param name="inputs">What is read, side by side as if it were one matrix.</param>
    /// <param name="weights">[9, all inputs' channels, outputs].</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="store">What follows.</param>
    /// <returns>The sum, and its normalised copy; each where the store asks for it.</returns>
    public (SiteRows? Values, SiteRows? Active) Convolve(
        SiteLevelGraph level, string map, IReadOnlyList<SiteRows> inputs, float[] weights, int outputs, SiteStore store)
    {
        var parts = new List<(string Rows, string Weights, int Channels)>();
        int all = inputs.Sum(input => input.Channels);
        int first = 0;
        foreach (SiteRows input in inputs)
        {
            float[] own = inputs.Count == 1 ? weights : Part(weights, all, first, input.Channels, outputs);
            parts.Add((input.Flat(graph), Weights(own, Taps * input.Channels, outputs), input.Channels));
            first += input.Channels;
        }

        return Run(level, outputs, store, (body, round) =>
        {
            string neighbors = body.Gather(map, round);
            string? sum = null;
            foreach ((string rows, string matrix, int channels) in parts)
            {
                string window = body.Reshape(body.Gather(rows, neighbors), -1, Taps * channels);
                string product = body.MatMul(window, matrix);
                sum = sum is null ? product : body.Add(sum, product);
            }

            return sum!;
        });
    }

    /// <summary>A transposed 3x3 convolution of stride 2: all nine taps' products of the coarser rows, of which each site adds up to four.</summary>
    /// <param name="level">The level of the result.</param>
    /// <param name="map">[chunks, chunk rows, 4], see <see cref="SiteLevelGraph.Up"/>.</param>
    /// <param name="coarse">Rows of the coarser level.</param>
    /// <param name="weights">[9, channels, outputs].</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="store">What follows.</param>
    public (SiteRows? Values, SiteRows? Active) Raise(
        SiteLevelGraph level, string map, SiteRows coarse, float[] weights, int outputs, SiteStore store)
    {
        float[] turned = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            (int tap, int rest) = Math.DivRem(i, coarse.Channels * outputs);
            (int input, int output) = Math.DivRem(rest, outputs);
            turned[(((input * Taps) + tap) * outputs) + output] = weights[i];
        }

        string products = graph.MatMul(coarse.Flat(graph), Weights(turned, coarse.Channels, Taps * outputs));
        string rows = graph.Reshape(products, -1, outputs);
        return Run(level, outputs, store, (body, round) => body.ReduceSum(body.Gather(rows, body.Gather(map, round)), 1));
    }

    /// <summary>relu(x scale + shift).</summary>
    public SiteRows Activate(SiteLevelGraph level, SiteRows rows, Affine norm) =>
        Run(level, rows.Channels, new SiteStore { Norm = norm, KeepsValues = false }, rows.Chunk).Active!;

    // Rows [first, first + channels) of each tap.
    private static float[] Part(float[] weights, int all, int first, int channels, int outputs)
    {
        float[] part = new float[Taps * channels * outputs];
        for (int tap = 0; tap < Taps; tap++)
        {
            weights.AsSpan(((tap * all) + first) * outputs, channels * outputs).CopyTo(part.AsSpan(tap * channels * outputs));
        }

        return part;
    }

    // The rows of the first chunk stay zeros: they are sums over zeros, so that only bias and shift have to be left out there.
    private (SiteRows? Values, SiteRows? Active) Run(SiteLevelGraph level, int outputs, SiteStore store, Func<OnnxGraph, string, string> product)
    {
        string? bias = store.Bias is null ? null : Weights(store.Bias, outputs);
        string? scale = store.Norm is null ? null : Weights(store.Norm.Scale, outputs);
        string? shift = store.Norm is null ? null : Weights(store.Norm.Shift, outputs);
        string?[] linear = [.. store.Terms.Select(term => term.Weights is null ? null : Weights(term.Weights, term.Rows.Channels, outputs))];
        bool keepsValues = store.KeepsValues || store.Norm is null;
        string[] found = graph.Loop(level.Chunks, (body, round) =>
        {
            string keep = SiteLevelGraph.Keep(body, round, Type);
            string sum = product(body, round);
            sum = bias is null ? sum : body.Add(sum, body.Mul(bias, keep));
            for (int i = 0; i < store.Terms.Count; i++)
            {
                string rows = store.Terms[i].Rows.Chunk(body, round);
                sum = body.Add(sum, linear[i] is string matrix ? body.MatMul(rows, matrix) : rows);
            }

            sum = store.Relu ? body.Relu(sum) : sum;
            List<(string, int)> values = keepsValues ? [(sum, Type)] : [];
            if (scale is not null)
            {
                values.Add((body.Relu(body.Add(body.Mul(sum, scale), body.Mul(shift!, keep))), Type));
            }

            return [.. values];
        });
        return (keepsValues ? new SiteRows(found[0], outputs) : null, scale is null ? null : new SiteRows(found[^1], outputs));
    }
}
