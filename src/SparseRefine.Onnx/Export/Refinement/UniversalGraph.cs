using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>A <see cref="UniversalNetwork"/> in the graph, as <see cref="FrozenUniversalNetwork"/> runs it: class after class, each over the selected pixels that may be of it.</summary>
/// <param name="graph">Where nodes go.</param>
/// <param name="network">The network.</param>
/// <param name="isHalf">Whether it computes in half precision.</param>
/// <param name="photo">The photo.</param>
/// <param name="logits">The dense model's scores.</param>
internal sealed class UniversalGraph(OnnxGraph graph, UniversalNetwork network, bool isHalf, PhotoGraph photo, PixelMap logits)
{
    private const int Colors = UniversalNetworkOptions.Colors;
    private const float Least = 1e-6f;
    private const float Unit = 3;

    private readonly int _classes = network.Classes;

    /// <summary>The corrections of all classes' scores, [classes, chunks, chunk rows].</summary>
    /// <param name="level">The selected pixels.</param>
    /// <param name="features">Their colors and probabilities, in single precision.</param>
    public string Run(SiteLevelGraph level, SiteRows features)
    {
        string probabilities = graph.Softmax(logits.Rows, 1);
        ColorFitGraph fit = new(graph, Shrunk(), logits.Height, logits.Width);
        string cell = Cell();
        string flat = features.Flat(graph);
        string found = graph.Loop(graph.Integers(_classes), (body, ofClass) =>
        {
            string column = body.Add(ofClass, body.Integers(Colors));
            string p = level.Trim(body, body.Gather(flat, column, 1));
            string rows = body.NonZero(body.Node("GreaterOrEqual", [p, body.Scalar(ClassPairs.MinProbability)]));
            UNetGraph net = new(body, new SparseLayersGraph(body, isHalf), network.Core);
            SiteLevelGraph pairs = new(body, body.Gather(level.Indices, rows), level.Height, level.Width, net.FinestChunkRows);
            string plane = body.Reshape(body.Gather(probabilities, ofClass, 1), body.Concat(0, body.Integers(1), logits.Height, logits.Width));
            PixelMap coefficients = PixelMap.OfPlanes(body, fit.Coefficients(body, plane), ColorFit.Terms * ColorFit.Radii.Count);
            SiteRows input = Features(body, pairs, pairs.Chunk(body, body.Add(rows, body.Integers(level.ChunkRows))), flat, ofClass, coefficients, cell);
            string answer = pairs.Trim(body, net.Answer(pairs, input));
            return [(body.Scatter(body.Fill(level.Count, OnnxGraph.Float), rows, answer), OnnxGraph.Float)];
        })[0];
        return level.Pad(graph, found, _classes);
    }

    // The photo with a pixel for each cell, in whole bytes as the engine has it, normalised: [3, h, w].
    private string Shrunk()
    {
        string resized = photo.Resize(
            graph,
            ResizeAxis.Create(graph, photo.Height, logits.Height, Interpolation.Area),
            ResizeAxis.Create(graph, photo.Width, logits.Width, Interpolation.Area));
        string bytes = graph.Node("Floor", [graph.Add(resized, graph.Scalar(0.5f))]);
        string centred = graph.Sub(bytes, graph.Weights("cells.mean", [123.675f, 116.28f, 103.53f], 3, 1, 1));
        return graph.Div(centred, graph.Weights("cells.deviation", [58.395f, 57.12f, 57.375f], 3, 1, 1));
    }

    // log2 of the side of a cell in pixels, [1].
    private string Cell()
    {
        string Real(string size) => graph.Cast(size, OnnxGraph.Float);
        string area = graph.Div(graph.Mul(graph.Div(Real(photo.Height), Real(logits.Height)), Real(photo.Width)), Real(logits.Width));
        return graph.Mul(graph.Log(graph.Node("Sqrt", [area])), graph.Scalar((float)(1 / (Math.Log(2) * Unit))));
    }

    private SiteRows Features(OnnxGraph outer, SiteLevelGraph pairs, string rows, string flat, string ofClass, PixelMap coefficients, string cell)
    {
        int type = isHalf ? OnnxGraph.Float16 : OnnxGraph.Float;
        string value = outer.Loop(pairs.Chunks, (body, round) =>
        {
            string own = body.Gather(flat, body.Gather(rows, round));
            string color = body.Gather(own, body.Integers(0, 1, 2), 1);
            string all = body.Gather(own, body.Integers([.. Enumerable.Range(Colors, _classes).Select(i => (long)i)]), 1);
            string p = body.Unsqueeze(body.Gather(all, ofClass, 1), 1);
            string isOwn = body.Node("Equal", [body.Integers([.. Enumerable.Range(0, _classes).Select(i => (long)i)]), ofClass]);
            string other = body.Max(body.Reduce("ReduceMax", body.Where(isOwn, body.Scalar(Least), all), 1, keeps: true), body.Scalar(Least));
            string against = body.Max(body.Sub(body.Scalar(1f), p), body.Scalar(Least));
            string spread = body.Sub(body.Scalar(1f), body.ReduceSum(body.Mul(all, all), 1, keeps: true));
            string size = body.Node("Expand", [cell, body.Node("Shape", [p])]);
            List<string> parts = [Score(body, p, against), Score(body, p, other), spread, size, color];
            string mixed = coefficients.Read(body, pairs.PixelsOf(body, round), Interpolation.Bilinear);
            for (int k = 0; k < ColorFit.Radii.Count; k++)
            {
                long first = k * ColorFit.Terms;
                string slope = body.Gather(mixed, body.Integers(first, first + 1, first + 2), 1);
                string level = body.Gather(mixed, body.Integers(first + 3), 1);
                string fitted = body.Add(body.ReduceSum(body.Mul(slope, color), 1, keeps: true), level);
                parts.Add(body.Node("Clip", [body.Sub(fitted, body.Scalar(0.5f)), body.Scalar(-1f), body.Scalar(1f)]));
                parts.Add(body.Gather(mixed, body.Integers(first + 4), 1));
            }

            string joined = body.Cast(body.Concat(1, [.. parts]), type);
            return [(body.Mul(joined, SiteLevelGraph.Keep(body, round, type)), type)];
        })[0];
        return new SiteRows(value, PairFeatures.Channels);
    }

    private static string Score(OnnxGraph body, string p, string against)
    {
        string log = body.Log(body.Max(body.Div(p, against), body.Scalar(Least)));
        return body.Div(body.Node("Clip", [log, body.Scalar(-7f), body.Scalar(7f)]), body.Scalar(Unit));
    }
}
