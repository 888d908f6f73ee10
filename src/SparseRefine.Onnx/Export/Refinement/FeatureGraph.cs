using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>What the networks read of the selected pixels, computed for these pixels alone.</summary>
/// <param name="photo">The photo.</param>
/// <param name="logits">The dense model's scores.</param>
/// <param name="mode">How they are read.</param>
internal sealed class FeatureGraph(PhotoGraph photo, PixelMap logits, Interpolation mode)
{
    // What the features' softmax read, [chunks, classes, chunk rows], kept for the ensembler; null where no feature is of the scores.
    private string? _scores;

    /// <summary>The dense scores of a chunk of the finest level, [classes, chunk rows].</summary>
    public string Scores(OnnxGraph body, string round, Pixels pixels) => _scores is null ? Planes(body, pixels) : body.Gather(_scores, round);

    /// <summary>Features of all rows of a level.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="level">The finest level.</param>
    /// <param name="spec">Which features.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inner">The dense model's inner features as the network reads them, [channels]; null: none.</param>
    /// <param name="innerChannels">Their channels.</param>
    /// <param name="type">The networks' type.</param>
    public SiteRows Read(OnnxGraph graph, SiteLevelGraph level, FeatureSpec spec, int classes, PixelMap? inner, int innerChannels, int type)
    {
        // As large as a chunk: operators on equal shapes take a fraction of the time.
        string mean = graph.Expand(graph.Constants("refiner.mean", 123.675f, 116.28f, 103.53f), level.ChunkRows, 3);
        string deviation = graph.Expand(graph.Constants("refiner.deviation", 58.395f, 57.12f, 57.375f), level.ChunkRows, 3);
        string[] found = graph.Loop(level.Chunks, (body, round) =>
        {
            Pixels pixels = level.PixelsOf(body, round);
            string? scores = null;
            string? probabilities = null;
            List<string> parts = [.. spec.Kinds.Select(kind => kind switch
            {
                FeatureKind.Rgb => body.Div(body.Sub(photo.Colors(body, pixels), mean), deviation),
                FeatureKind.Xy => body.Concat(1, Place(body, pixels.X, pixels.Width), Place(body, pixels.Y, pixels.Height)),
                FeatureKind.Probabilities => Probabilities(),
                _ => body.Cast(body.Greater(Probabilities(), body.Scalar(SparseRefiner.ProbabilityThreshold)), OnnxGraph.Float),
            })];
            if (inner is not null)
            {
                parts.Add(inner.Read(body, pixels, Interpolation.Bilinear));
            }

            string joined = body.Cast(body.Concat(1, [.. parts]), type);
            string kept = body.Mul(joined, SiteLevelGraph.Keep(body, round, type));
            return scores is null ? [(kept, type)] : [(kept, type), (scores, OnnxGraph.Float)];

            // Not a second Transpose, which ONNX Runtime would cancel against the first: what stands between them is faster in planes.
            string Probabilities() => probabilities ??= body.Node(
                "Einsum", [new PlaneSoftmax(body, scores = Planes(body, pixels), classes).Probabilities], [("equation", "cr->rc")]);
        });
        _scores = found.Length > 1 ? found[1] : null;
        return new SiteRows(found[0], spec.Channels(classes) + innerChannels);
    }

    private string Planes(OnnxGraph body, Pixels pixels) => body.Transpose(logits.Read(body, pixels, mode), 1, 0);

    // -1 to 1 along a side; 0 where it has one pixel.
    private static string Place(OnnxGraph body, string place, string side)
    {
        string last = body.Cast(body.Sub(side, body.Integers(1)), OnnxGraph.Float);
        string share = body.Div(body.Cast(body.Mul(place, body.Integers(2)), OnnxGraph.Float), body.Max(last, body.Scalar(1f)));
        return body.Unsqueeze(body.Sub(share, body.Min(last, body.Scalar(1f))), 1);
    }
}
