using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Export;

/// <summary>A <see cref="LearnedSelector"/> in the graph: the activation of each block of pixels, and which blocks are selected.</summary>
internal sealed class LearnedSelectorGraph
{
    private const int Samples = ActivationNetwork.Samples;

    private readonly LearnedSelector _selector;
    private readonly string _side;
    private readonly string _rows;
    private readonly string _columns;
    private readonly string _activation;

    /// <param name="graph">Where nodes go.</param>
    /// <param name="selector">The selector, with weights.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="logits">The dense model's scores.</param>
    /// <param name="features">Its inner features; null: none.</param>
    public LearnedSelectorGraph(OnnxGraph graph, LearnedSelector selector, PhotoGraph photo, PixelMap logits, PixelMap? features)
    {
        _selector = selector;
        _side = graph.Integers(selector.Side);
        _rows = graph.CeilingDiv(photo.Height, _side);
        _columns = graph.CeilingDiv(photo.Width, _side);
        _activation = graph.Node("Sigmoid", [graph.Reshape(Scores(graph, photo, logits, features), -1)]);
    }

    /// <summary>The selected pixels, ascending, int64.</summary>
    public string Select(OnnxGraph graph, PhotoGraph photo)
    {
        string blocks = graph.Mul(_rows, _columns);
        string count = SelectorGraph.Share(graph, _selector.Share, blocks);
        count = _selector.Share > 0 ? graph.Max(count, graph.Integers(1)) : count;
        string marked = graph.Reshape(SelectorGraph.Marks(graph, _activation, count, blocks), graph.Concat(0, _rows, _columns));
        string zero = graph.Integers(0);
        string wide = graph.Gather(marked, graph.Div(graph.Range(zero, photo.Width), _side), 1);
        return graph.NonZero(graph.Reshape(graph.Gather(wide, graph.Div(graph.Range(zero, photo.Height), _side)), -1));
    }

    /// <summary>The activation of each pixel's block, [pixels].</summary>
    public string Weights(OnnxGraph body, Pixels pixels)
    {
        string block = body.Add(body.Mul(body.Div(pixels.Y, _side), _columns), body.Div(pixels.X, _side));
        return body.Gather(_activation, block);
    }

    // Mean probabilities, mean and greatest entropy, mean features of every block, then the small network.
    private string Scores(OnnxGraph graph, PhotoGraph photo, PixelMap logits, PixelMap? features)
    {
        ActivationNetwork network = _selector.Network!;
        string p = Sampled(graph, photo, logits with { Rows = graph.Softmax(logits.Rows, 1) }, network.Classes);
        string logs = graph.Log(graph.Max(p, graph.Scalar(1e-5f)));
        string entropies = graph.Mul(graph.ReduceSum(graph.Mul(p, logs), -1, keeps: true), graph.Scalar((float)(-1 / Math.Log(network.Classes))));
        string mean = Mean(graph, entropies);
        string most = graph.Reduce("ReduceMax", graph.Reduce("ReduceMax", entropies, 3), 1);
        string[] inputs = [Mean(graph, p), mean, most, .. features is null ? Array.Empty<string>() : [Mean(graph, Sampled(graph, photo, features, network.CoarseFeatures))]];
        (float[] scale, float[] shift) = network.Norm.Fold();
        string normed = graph.Add(
            graph.Mul(graph.Concat(2, inputs), graph.Weights("activation.scale", scale, scale.Length)), graph.Weights("activation.shift", shift, shift.Length));
        OnnxLayers layers = new(graph);
        string planes = graph.Unsqueeze(graph.Transpose(normed, 2, 0, 1), 0);
        string hidden = graph.Relu(Convolve(layers, "activation.conv1", network.First, planes));
        hidden = graph.Relu(Convolve(layers, "activation.conv2", network.Second, hidden));
        string gained = graph.Mul(graph.Reshape(mean, -1), graph.Scalar(network.Gain.Core.Weight.Value[0]));
        return graph.Add(graph.Reshape(layers.Pointwise("activation.linear", network.Last, hidden), -1), gained);
    }

    private static string Convolve(OnnxLayers layers, string name, Convolution layer, string input) => layers.Convolve(
        name, input, layer.Weight.Value, layer.Inputs, layer.Outputs, layer.Inputs, null, layer.Bias!.Value, 3, 1);

    // [rows, samples, columns, samples, channels]
    private string Sampled(OnnxGraph graph, PhotoGraph photo, PixelMap map, int channels)
    {
        string cells = graph.Reshape(map.Rows, graph.Concat(0, map.Height, map.Width, graph.Integers(channels)));
        string lines = Places(graph, _rows, photo.Height, map.Height).Read(graph, cells, 0, 3);
        string samples = Places(graph, _columns, photo.Width, map.Width).Read(graph, lines, 1, 3);
        return graph.Reshape(samples, graph.Concat(0, _rows, graph.Integers(Samples), _columns, graph.Integers(Samples), graph.Integers(channels)));
    }

    private static string Mean(OnnxGraph graph, string samples) =>
        graph.Mul(graph.ReduceSum(graph.ReduceSum(samples, 3), 1), graph.Scalar(1f / (Samples * Samples)));

    // The middles of equal parts of each block, cut off at the photo's edge: in units of 1 / (2 samples x side) of a sample of the map, all whole numbers.
    private AxisReading Places(OnnxGraph graph, string blocks, string side, string mapSide)
    {
        string first = graph.Mul(graph.Range(graph.Integers(0), blocks), _side);
        string length = graph.Sub(graph.Min(graph.Add(first, _side), side), first);
        string parts = graph.Integers([.. Enumerable.Range(0, Samples).Select(i => (2L * i) + 1)]);
        string within = graph.Mul(graph.Unsqueeze(length, 1), parts);
        string places = graph.Add(graph.Unsqueeze(graph.Mul(first, graph.Integers(2 * Samples)), 1), within);
        string scaled = graph.Sub(graph.Mul(graph.Reshape(places, -1), mapSide), graph.Mul(side, graph.Integers(Samples)));
        return AxisReading.Between(graph, scaled, graph.Mul(side, graph.Integers(2 * Samples)), mapSide);
    }
}
