using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>The two-column method's <see cref="FineColumn"/> in the graph, with its norms folded as <see cref="FrozenFineColumn"/> folds them.</summary>
/// <param name="graph">Where nodes go.</param>
/// <param name="layers">The layers.</param>
/// <param name="network">The network.</param>
/// <param name="logits">The dense model's scores.</param>
/// <param name="features">Its inner features; null: none.</param>
internal sealed class FineColumnGraph(OnnxGraph graph, SparseLayersGraph layers, FineColumn network, PixelMap logits, PixelMap? features)
{
    /// <summary>Rows of the finest level's chunks.</summary>
    public int FinestChunkRows => ChunkRows(0);

    /// <summary>Runs the network up to its last linear layer.</summary>
    /// <param name="finest">The selected pixels.</param>
    /// <param name="input">What the stem reads.</param>
    /// <returns>What the last linear layer reads.</returns>
    public SiteRows Run(SiteLevelGraph finest, SiteRows input)
    {
        int last = network.Downs.Length;
        var levels = new List<SiteLevelGraph> { finest };
        for (int i = 1; i <= last; i++)
        {
            levels.Add(levels[^1].Halve(graph, ChunkRows(i)));
        }

        string[] neighbors = [.. levels.Select(level => level.Neighbors(graph))];
        PixelMap probabilities = logits with { Rows = graph.Softmax(logits.Rows, 1) };
        SiteRows x = Stage(network.Encoder[0], levels[0], neighbors[0], Unit(network.Stem, levels[0], neighbors[0], input));
        var skips = new SiteRows[last];
        for (int i = 0; i < last; i++)
        {
            skips[i] = x;
            (SiteTerm cross, float[] bias) = Cross(network.Crosses[i].Layer, network.Downs[i].Norm, levels[i + 1], probabilities);
            x = Unit(network.Downs[i], levels[i + 1], levels[i + 1].Down(graph, levels[i]), x, cross, bias);
            x = Stage(network.Encoder[i + 1], levels[i + 1], neighbors[i + 1], x);
        }

        for (int i = last - 1; i >= 0; i--)
        {
            (float[] scale, float[] shift) = network.Ups[i].Norm.Fold();
            Convolution up = network.Ups[i].Core;
            SiteStore store = new() { Bias = shift, Terms = [new SiteTerm(skips[i])], Relu = true };
            string map = levels[i].Up(graph, levels[i + 1]);
            x = layers.Raise(levels[i], map, levels[i + 1], neighbors[i + 1], x, Folding.Scaled(up.Weight.Value, scale), up.Outputs, store).Values!;
            x = Stage(network.Decoder[i], levels[i], neighbors[i], x);
        }

        return x;
    }

    private int ChunkRows(int level)
    {
        int below = level == 0 ? network.InputChannels : network.Planes[level - 1];
        return layers.ChunkRows(Math.Max(below, network.Planes[level]));
    }

    private SiteRows Stage(FineStage stage, SiteLevelGraph level, string map, SiteRows x)
    {
        SiteRows start = x;
        for (int i = 0; i < stage.Units.Length; i++)
        {
            bool isSecond = stage.HasResiduals && i % 2 == 1;
            x = Unit(stage.Units[i], level, map, x, isSecond ? new SiteTerm(start) : null);
            start = isSecond ? x : start;
        }

        return x;
    }

    private SiteRows Unit(FineUnit unit, SiteLevelGraph level, string map, SiteRows x, SiteTerm? term = null, float[]? bias = null)
    {
        (float[] scale, float[] shift) = unit.Norm.Fold();
        SiteStore store = new()
        {
            Bias = bias is null ? shift : [.. shift.Zip(bias, (a, b) => a + b)],
            Terms = term is null ? [] : [term],
            Relu = true,
        };
        return layers.Convolve(level, map, [x], Folding.Scaled(unit.Core.Weight.Value, scale), unit.Core.Outputs, store).Values!;
    }

    // The coarse column at the level's sites, through norm and linear layer and the scale of the norm behind the sum.
    private (SiteTerm Term, float[] Bias) Cross(NormedLinear layer, BatchNorm behind, SiteLevelGraph level, PixelMap probabilities)
    {
        (float[] scale, float[] shift) = layer.Norm.Fold();
        float[] outer = behind.Fold().Scale;
        float[] weights = [.. layer.Map.Core.Weight.Value];
        double[] sums = [.. layer.Map.Core.Bias!.Value.Select(value => (double)value)];
        for (int i = 0; i < weights.Length; i++)
        {
            (int k, int o) = Math.DivRem(i, sums.Length);
            sums[o] += (double)shift[k] * weights[i];
            weights[i] *= scale[k] * outer[o];
        }

        string read = graph.Loop(level.Chunks, (body, round) =>
        {
            Pixels pixels = level.PixelsOf(body, round);
            string own = probabilities.Read(body, pixels, Interpolation.Bilinear);
            string all = features is null ? own : body.Concat(1, own, features.Read(body, pixels, Interpolation.Bilinear));
            return [(body.Mul(body.Cast(all, layers.Type), SiteLevelGraph.Keep(body, round, layers.Type)), layers.Type)];
        })[0];
        return (new SiteTerm(new SiteRows(read, layer.Inputs), weights), [.. sums.Select((sum, o) => (float)(sum * outer[o]))]);
    }
}
