using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>A <see cref="SparseUNet"/> in the graph, with its norms folded as <see cref="FrozenSparseUNet"/> folds them.</summary>
internal sealed class UNetGraph(OnnxGraph graph, SparseLayersGraph layers, SparseUNet network)
{
    /// <summary>Rows of the finest level's chunks.</summary>
    public int FinestChunkRows => ChunkRows(0);

    /// <summary>Runs the network up to its last norm.</summary>
    /// <param name="finest">The selected pixels.</param>
    /// <param name="features">What the stem reads, inner features of the dense model at the end.</param>
    /// <returns>What the last linear layer reads.</returns>
    public SiteRows Run(SiteLevelGraph finest, SiteRows features)
    {
        IReadOnlyList<int> planes = network.Options.Planes;
        int last = planes.Count - 1;
        var levels = new List<SiteLevelGraph> { finest };
        for (int i = 1; i <= last; i++)
        {
            levels.Add(levels[^1].Halve(graph, ChunkRows(i)));
        }

        string[] neighbors = [.. levels.Select(level => level.Neighbors(graph))];
        SiteStore stem = new() { Norm = network.Encoder[0][0].Norm1.Fold() };
        (SiteRows? values, SiteRows? active) = layers.Convolve(finest, neighbors[0], [features], network.Stem.Core.Weight.Value, planes[0], stem);
        var skips = new SiteRows[last];
        for (int i = 0; i < last; i++)
        {
            (values, active) = Blocks(network.Encoder[i], levels[i], neighbors[i], (values, active), network.DownNorms[i].Fold(), true);
            skips[i] = values!;
            string down = levels[i + 1].Down(graph, levels[i]);
            SiteStore next = new() { Norm = network.Encoder[i + 1][0].Norm1.Fold() };
            (values, active) = layers.Convolve(levels[i + 1], down, [active!], network.Downs[i].Core.Weight.Value, planes[i + 1], next);
        }

        Affine behind = last == 0 ? network.FinalNorm.Fold() : network.UpNorms[last - 1].Fold();
        (_, active) = Blocks(network.Encoder[last], levels[last], neighbors[last], (values, active), behind, false);
        for (int i = last - 1; i >= 0; i--)
        {
            behind = i == 0 ? network.FinalNorm.Fold() : network.UpNorms[i - 1].Fold();
            string map = levels[i].Up(graph, levels[i + 1]);
            (Affine left, Affine right) = network.Decoder[i][0].Norm1.Fold().Split(planes[i]);
            (SiteRows? up, SiteRows? upActive) = layers.Raise(
                levels[i], map, levels[i + 1], neighbors[i + 1], active!, network.Ups[i].Core.Weight.Value, planes[i], new SiteStore { Norm = right });
            SiteRows skipActive = layers.Activate(levels[i], skips[i], left);
            (_, active) = Join(network.Decoder[i], levels[i], neighbors[i], [skips[i], up!], [skipActive, upActive!], behind);
        }

        return active!;
    }

    /// <summary>Runs the whole network, [chunks, chunk rows] of one class.</summary>
    public string Answer(SiteLevelGraph finest, SiteRows features)
    {
        SiteRows last = Run(finest, features);
        string weights = layers.Weights(network.Final.Core.Weight.Value, last.Channels, 1);
        string bias = layers.Weights(network.Final.Core.Bias!.Value, 1);
        return graph.Cast(graph.Add(graph.MatMul(last.Value, weights), bias), OnnxGraph.Float);
    }

    private int ChunkRows(int level)
    {
        IReadOnlyList<int> planes = network.Options.Planes;
        int stem = level == 0 ? network.Stem.Core.Inputs : planes[level - 1];
        return layers.ChunkRows(Math.Max(stem, level == planes.Count - 1 ? planes[level] : 2 * planes[level]));
    }

    private (SiteRows? Values, SiteRows? Active) Blocks(
        ReadOnlySpan<ResidualBlock> blocks, SiteLevelGraph level, string map, (SiteRows? Values, SiteRows? Active) x, Affine behind, bool keepsValues)
    {
        for (int b = 0; b < blocks.Length; b++)
        {
            bool isLast = b == blocks.Length - 1;
            Affine next = isLast ? behind : blocks[b + 1].Norm1.Fold();
            x = Block(blocks[b], level, map, [x.Values!], [x.Active!], next, !isLast || keepsValues);
        }

        return x;
    }

    private (SiteRows? Values, SiteRows? Active) Join(
        ResidualBlock[] blocks, SiteLevelGraph level, string map, SiteRows[] values, SiteRows[] active, Affine behind)
    {
        Affine next = blocks.Length == 1 ? behind : blocks[1].Norm1.Fold();
        (SiteRows? Values, SiteRows? Active) x = Block(blocks[0], level, map, values, active, next, blocks.Length > 1);
        return Blocks(blocks.AsSpan(1), level, map, x, behind, false);
    }

    // The second norm is folded into the first convolution.
    private (SiteRows? Values, SiteRows? Active) Block(
        ResidualBlock block, SiteLevelGraph level, string map, SiteRows[] values, SiteRows[] active, Affine next, bool keepsValues)
    {
        Affine inner = block.Norm2.Fold();
        Convolution first = block.Convolution1.Core;
        Convolution second = block.Convolution2.Core;
        SiteStore relu = new() { Bias = inner.Shift, Relu = true };
        SiteRows hidden = layers.Convolve(level, map, active, Folding.Scaled(first.Weight.Value, inner.Scale), first.Outputs, relu).Values!;
        SiteStore store = new() { Terms = Shortcut(block, values), Norm = next, KeepsValues = keepsValues };
        return layers.Convolve(level, map, [hidden], second.Weight.Value, second.Outputs, store);
    }

    private static SiteTerm[] Shortcut(ResidualBlock block, SiteRows[] values)
    {
        if (block.Projection is null)
        {
            return [new SiteTerm(values[0])];
        }

        // [inputs, outputs]: each of the values, which stand side by side, has its own rows.
        float[] weights = block.Projection.Core.Weight.Value;
        int outputs = block.Projection.Core.Outputs;
        int first = 0;
        return [.. values.Select(rows =>
        {
            float[] own = weights.AsSpan(first * outputs, rows.Channels * outputs).ToArray();
            first += rows.Channels;
            return new SiteTerm(rows, own);
        })];
    }
}
