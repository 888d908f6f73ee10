using SparseRefine.Images;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>What the networks read of the selected pixels, computed for these pixels alone.</summary>
/// <param name="photo">The photo.</param>
/// <param name="logits">The dense model's scores.</param>
/// <param name="mode">How they are read.</param>
internal sealed class FeatureGraph(PhotoGraph photo, PixelMap logits, Interpolation mode)
{
    // What the features' softmax read, kept for the ensembler; null where no feature is of the scores.
    private SiteRows? _scores;

    /// <summary>The dense scores of a chunk of the finest level, [chunk rows, classes].</summary>
    public string Scores(OnnxGraph body, string round, Pixels pixels) => _scores?.Chunk(body, round) ?? logits.Read(body, pixels, mode);

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
        string[] found = graph.Loop(level.Chunks, (body, round) =>
        {
            Pixels pixels = level.PixelsOf(body, round);
            string? scores = null;
            string? probabilities = null;
            List<string> parts = [.. spec.Kinds.Select(kind => kind switch
            {
                FeatureKind.Rgb => Colors(body, pixels),
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

            string Probabilities() => probabilities ??= body.Softmax(scores = logits.Read(body, pixels, mode), 1);
        });
        _scores = found.Length > 1 ? new SiteRows(found[1], classes) : null;
        return new SiteRows(found[0], spec.Channels(classes) + innerChannels);
    }

    private string Colors(OnnxGraph body, Pixels pixels)
    {
        string centred = body.Sub(photo.Colors(body, pixels), body.Constants("refiner.mean", 123.675f, 116.28f, 103.53f));
        return body.Div(centred, body.Constants("refiner.deviation", 58.395f, 57.12f, 57.375f));
    }

    // -1 to 1 along a side; 0 where it has one pixel.
    private static string Place(OnnxGraph body, string place, string side)
    {
        string last = body.Cast(body.Sub(side, body.Integers(1)), OnnxGraph.Float);
        string share = body.Div(body.Cast(body.Mul(place, body.Integers(2)), OnnxGraph.Float), body.Max(last, body.Scalar(1f)));
        return body.Unsqueeze(body.Sub(share, body.Min(last, body.Scalar(1f))), 1);
    }
}
