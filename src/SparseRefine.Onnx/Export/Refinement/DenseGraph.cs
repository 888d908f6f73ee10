using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Export;

/// <summary>The dense model within the graph: from the photo to logits [classes, h, w] and, where the refiner reads them, its inner features.</summary>
internal sealed class DenseGraph(OnnxGraph graph, DenseModelOptions options, DenseModelFacts facts, ModelProto file, bool isHalf)
{
    private const string Prefix = "dense/";
    private const float Smallest = 1e-10f;

    /// <summary>Appends the model.</summary>
    /// <param name="photo">What it sees.</param>
    /// <returns>Logits [classes, h, w] and features [channels, h, w], of float32; null where none are read.</returns>
    public (string Logits, string? Features) Append(PhotoGraph photo)
    {
        GraphProto dense = DenseNames.Prefixed(file.Graph, Prefix, facts.InputName, Input(photo));
        if (isHalf)
        {
            HalfPrecision.Convert(dense);
        }

        graph.Append(dense.Node, dense.Initializer, dense.SparseInitializer);
        string? features = facts.FeatureName is null ? null : Planes(Prefix + facts.FeatureName, facts.FeatureLayout, 4);
        return (Logits(Planes(Prefix + facts.OutputName, facts.ScoreLayout, facts.ScoreRank)), features);
    }

    // The photo as the model's input.
    private string Input(PhotoGraph photo)
    {
        string rows = Side(facts.Height, options.Height, photo.Height);
        string columns = Side(facts.Width, options.Width, photo.Width);
        string resized = photo.Resize(
            graph,
            ResizeAxis.Create(graph, photo.Height, rows, options.Interpolation),
            ResizeAxis.Create(graph, photo.Width, columns, options.Interpolation));
        string values = facts.InputType == TensorElementType.UInt8 ? Bytes(resized) : Normalized(resized);
        if (options.ChannelOrder == ChannelOrder.Bgr)
        {
            values = graph.Gather(values, graph.Integers(2, 1, 0));
        }

        return graph.Unsqueeze(facts.IsChannelsLast ? graph.Transpose(values, 1, 2, 0) : values, 0);
    }

    // As PhotoInput: scale x side, rounded to the nearest multiple, halves up, at least one.
    private string Side(int modelSide, int? optionSide, string photoSide)
    {
        if ((modelSide > 0 ? modelSide : optionSide) is int side)
        {
            return graph.Integers(side);
        }

        string whole = graph.Max(Multiples(photoSide, options.Scale!.Value, options.SizeMultiple), graph.Integers(1));
        return graph.Mul(whole, graph.Integers(options.SizeMultiple));
    }

    private string Multiples(string photoSide, double scale, int multiple)
    {
        if (SideRule.Find(scale, multiple) is SideRule rule)
        {
            return graph.Div(graph.Add(graph.Mul(photoSide, graph.Integers(rule.Weight)), graph.Integers(rule.Half)), graph.Integers(SideRule.One));
        }

        string scaled = graph.Mul(graph.Cast(photoSide, OnnxGraph.Double), graph.Scalar(scale));
        return graph.Cast(graph.Add(graph.Div(scaled, graph.Scalar((double)multiple)), graph.Scalar(0.5)), OnnxGraph.Int64);
    }

    private string Bytes(string resized)
    {
        string rounded = graph.Add(resized, graph.Scalar(0.5f));
        return graph.Cast(graph.Node("Clip", [rounded, graph.Scalar(0f), graph.Scalar(255f)]), OnnxGraph.UInt8);
    }

    private string Normalized(string resized)
    {
        string centred = graph.Sub(resized, graph.Weights(Prefix + "photo.mean", [.. options.Mean], 3, 1, 1));
        string scaled = graph.Mul(centred, graph.Weights(Prefix + "photo.gain", [.. options.Std.Select(std => 1f / std)], 3, 1, 1));
        return isHalf || facts.InputType == TensorElementType.Float16 ? graph.Cast(scaled, OnnxGraph.Float16) : scaled;
    }

    // [1, channels, h, w], [1, h, w, channels] or [1, h, w] to [channels, h, w] of float32.
    private string Planes(string value, TensorLayout layout, int rank)
    {
        string single = graph.Cast(value, OnnxGraph.Float);
        string planes = rank == 3 ? single : graph.Node("Squeeze", [single, graph.Integers(0)]);
        return layout == TensorLayout.ChannelsLast ? graph.Transpose(planes, 2, 0, 1) : planes;
    }

    private string Logits(string scores)
    {
        string? isProbability = facts.ScoreKind == ScoreKind.Auto ? LooksLikeProbabilities(scores, facts.IsBinary) : null;
        if (facts.IsBinary)
        {
            // z stands for [0, z], p for [1 - p, p].
            string zero = graph.Sub(scores, scores);
            string one = graph.Sub(graph.Scalar(1f), scores);
            string other = facts.ScoreKind switch
            {
                ScoreKind.Logits => zero,
                ScoreKind.Probabilities => one,
                _ => graph.Where(isProbability!, one, zero),
            };
            scores = graph.Concat(0, other, scores);
        }

        string logarithms = graph.Log(graph.Max(scores, graph.Scalar(Smallest)));
        return facts.ScoreKind switch
        {
            ScoreKind.Logits => scores,
            ScoreKind.Probabilities => logarithms,
            _ => graph.Where(isProbability!, logarithms, scores),
        };
    }

    // The rule of ScoreConversion: all values within 0 and 1 and every pixel's sum 1, with what rounding allows.
    private string LooksLikeProbabilities(string scores, bool isBinary)
    {
        const float Tolerance = 1e-3f;
        string All(string kind, string values) => graph.Reduce(kind, graph.Reshape(values, -1), 0);
        string low = graph.Greater(All("ReduceMin", scores), graph.Scalar(-Tolerance));
        string isWithin = graph.Node("And", [low, graph.Greater(graph.Scalar(1 + Tolerance), All("ReduceMax", scores))]);
        if (isBinary)
        {
            return isWithin;
        }

        string gap = graph.Node("Abs", [graph.Sub(graph.ReduceSum(scores, 0), graph.Scalar(1f))]);
        string rounding = graph.Mul(graph.Cast(graph.Number(graph.Size(scores, 0)), OnnxGraph.Float), graph.Scalar(0.5f / 255));
        string allowed = graph.Add(rounding, graph.Scalar(Tolerance));
        return graph.Node("And", [isWithin, graph.Greater(allowed, All("ReduceMax", gap))]);
    }
}
