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

        return Run(level, outputs, store, (body, round, bias) =>
        {
            // Each further product begins with the sum so far: ONNX Runtime makes one operator of both, and of the relu behind the last.
            string neighbors = body.Gather(map, round);
            string? sum = bias;
            foreach ((string rows, string matrix, int channels) in parts)
            {
                string window = body.Reshape(body.Gather(rows, neighbors), -1, Taps * channels);
                string product = body.MatMul(window, matrix);
                sum = sum is null ? product : body.Add(product, sum);
            }

            return sum!;
        });
    }

    /// <summary>
    /// A transposed 3x3 convolution of stride 2: each coarser site gives the sums of the four finer places in its cell, of which each site of this level takes its own.
    /// </summary>
    /// <param name="level">The level of the result.</param>
    /// <param name="map">[chunks, chunk rows], see <see cref="SiteLevelGraph.Up"/>.</param>
    /// <param name="below">The coarser level.</param>
    /// <param name="belowMap">Its neighbours, see <see cref="SiteLevelGraph.Neighbors"/>.</param>
    /// <param name="coarse">Its rows.</param>
    /// <param name="weights">[9, channels, outputs].</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="store">What follows.</param>
    public (SiteRows? Values, SiteRows? Active) Raise(
        SiteLevelGraph level, string map, SiteLevelGraph below, string belowMap, SiteRows coarse, float[] weights, int outputs, SiteStore store)
    {
        int channels = coarse.Channels;
        string matrix = Weights(OfCell(weights, channels, outputs), 4 * channels, 4 * outputs);
        string flat = coarse.Flat(graph);

        // A cell, the next one, the one below and the one beside that.
        string cells = graph.Integers(4, 5, 7, 8);
        string sums = graph.Loop(below.Chunks, (body, round) =>
        {
            string window = body.Gather(flat, body.Gather(body.Gather(belowMap, round), cells, 1));
            return [(body.MatMul(body.Reshape(window, -1, 4 * channels), matrix), Type)];
        })[0];
        string rows = graph.Reshape(sums, -1, outputs);
        return Run(level, outputs, store, (body, round, bias) =>
        {
            string own = body.Gather(rows, body.Gather(map, round));
            return bias is null ? own : body.Add(own, bias);
        });
    }

    /// <summary>relu(x scale + shift).</summary>
    public SiteRows Activate(SiteLevelGraph level, SiteRows rows, Affine norm) =>
        Run(level, rows.Channels, new SiteStore { Norm = norm, KeepsValues = false }, (body, round, _) => rows.Chunk(body, round)).Active!;

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

    // [4 cells x channels, 4 places x outputs]: a place in the even half reads tap 1 of its own cell, one in the odd half tap 2 of its own and tap 0 of the next; so in both directions.
    private static float[] OfCell(float[] weights, int channels, int outputs)
    {
        float[] matrix = new float[16 * channels * outputs];
        for (int i = 0; i < 16; i++)
        {
            (int cell, int place) = Math.DivRem(i, 4);
            if (Tap(cell / 2, place / 2) is int row and >= 0 && Tap(cell % 2, place % 2) is int column and >= 0)
            {
                for (int c = 0; c < channels; c++)
                {
                    weights.AsSpan(((((row * 3) + column) * channels) + c) * outputs, outputs)
                        .CopyTo(matrix.AsSpan(((((cell * channels) + c) * 4) + place) * outputs));
                }
            }
        }

        return matrix;

        static int Tap(int isNext, int isOdd) => isOdd == 0 ? (isNext == 0 ? 1 : -1) : 2 - (2 * isNext);
    }

    // The rows of the first chunk stay zeros: they are sums over zeros, so that only the bias has to be left out there, and what a shift makes of them.
    private (SiteRows? Values, SiteRows? Active) Run(SiteLevelGraph level, int outputs, SiteStore store, Func<OnnxGraph, string, string?, string> product)
    {
        string? bias = store.Bias is null ? null : Weights(store.Bias, outputs);
        (string Scale, string Shift)? norm = store.Norm is null ? null : (Wide(store.Norm.Scale), Wide(store.Norm.Shift));
        string?[] linear = [.. store.Terms.Select(term => term.Weights is null ? null : Weights(term.Weights, term.Rows.Channels, outputs))];
        bool keepsValues = store.KeepsValues || norm is null;
        string[] found = graph.Loop(level.Chunks, (body, round) =>
        {
            string keep = SiteLevelGraph.Keep(body, round, Type);
            string sum = product(body, round, bias is null ? null : body.Mul(bias, keep));
            for (int i = 0; i < store.Terms.Count; i++)
            {
                string rows = store.Terms[i].Rows.Chunk(body, round);
                sum = body.Add(sum, linear[i] is string matrix ? body.MatMul(rows, matrix) : rows);
            }

            sum = store.Relu ? body.Relu(sum) : sum;
            List<(string, int)> values = keepsValues ? [(sum, Type)] : [];
            if (norm is (string scale, string shift))
            {
                string most = body.Mul(keep, body.Cast(body.Scalar(isHalf ? (float)Half.MaxValue : float.MaxValue), Type));
                string normed = body.Add(body.Mul(sum, scale), shift);
                values.Add((body.Node("Clip", [normed, body.Cast(body.Scalar(0f), Type), most]), Type));
            }

            return [.. values];
        });
        return (keepsValues ? new SiteRows(found[0], outputs) : null, norm is null ? null : new SiteRows(found[^1], outputs));

        // As large as a chunk: operators on equal shapes take a quarter of the time.
        string Wide(float[] values) => graph.Expand(Weights(values, outputs), level.ChunkRows, outputs);
    }
}
