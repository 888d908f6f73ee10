using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>
/// The layers of the dense network as nodes of a graph. Each method copies the layer's weights under the given name, adds the nodes behind
/// <c>input</c>, a value [batch, channels, height, width], and gives the name of their output.
/// </summary>
internal sealed class OnnxLayers(OnnxGraph graph)
{
    /// <summary>Convolution with its norm folded in, and relu where asked for.</summary>
    public string Unit(string name, ConvolutionUnit unit, string input, bool relu)
    {
        (float[] scale, float[] shift) = unit.Norm.Fold();
        string output = Convolve(name, input, unit.Core.Weight.Value, unit.WeightInputs, unit.Core.Outputs, unit.LiveInputs, scale, shift, unit.Side, unit.Stride);
        return relu ? graph.Node("Relu", [output]) : output;
    }

    /// <summary>A linear layer as a 1x1 convolution.</summary>
    public string Pointwise(string name, Linear layer, string input) => Convolve(
        name, input, layer.Core.Weight.Value, layer.Core.Inputs, layer.Core.Outputs, layer.Core.Inputs, null, layer.Core.Bias?.Value, 1, 1);

    /// <summary>A square convolution. Our weights are [taps, inputs, outputs], those of ONNX [outputs, inputs, rows, columns].</summary>
    public string Convolve(
        string name, string input, float[] weights, int inputs, int outputs, int liveInputs, float[]? scale, float[]? bias, int side, int stride)
    {
        int taps = side * side;
        float[] turned = new float[outputs * liveInputs * taps];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < liveInputs; i++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    turned[(((o * liveInputs) + i) * taps) + tap] = weights[(((tap * inputs) + i) * outputs) + o] * (scale?[o] ?? 1);
                }
            }
        }

        List<string> values = [input, graph.Weights(name + ".weight", turned, outputs, liveInputs, side, side)];
        if (bias != null)
        {
            values.Add(graph.Weights(name + ".bias", bias, outputs));
        }

        long pad = side / 2;
        return graph.Node(
            "Conv",
            [.. values],
            [
                ("kernel_shape", new long[] { side, side }), ("strides", new long[] { stride, stride }),
                ("pads", new[] { pad, pad, pad, pad }),
            ]);
    }

    /// <summary>A convolution of each channel by itself.</summary>
    public string Depthwise(string name, DepthwiseConvolution layer, string input)
    {
        long side = layer.Side;
        long pad = side / 2 * layer.Dilation;
        return graph.Node(
            "Conv",
            [
                input,
                graph.Weights(name + ".weight", Transposed(layer.Weight.Value, layer.Channels), layer.Channels, 1, side, side),
                graph.Weights(name + ".bias", layer.Bias.Value, layer.Channels),
            ],
            [
                ("kernel_shape", new[] { side, side }), ("pads", new[] { pad, pad, pad, pad }), ("group", (long)layer.Channels),
                ("dilations", new long[] { layer.Dilation, layer.Dilation }),
            ]);
    }

    /// <summary>Pooling by a mean or by learned weights.</summary>
    public string Pool(string name, PhasePooling pooling, string input)
    {
        long factor = pooling.Factor;
        (string, object)[] window = [("kernel_shape", new[] { factor, factor }), ("strides", new[] { factor, factor })];
        return pooling.IsLearned
            ? graph.Node(
                "Conv",
                [input, graph.Weights(name + ".weight", Transposed(pooling.Weight.Value, pooling.Channels), pooling.Channels, 1, factor, factor)],
                [.. window, ("group", (long)pooling.Channels)])
            : graph.Node("AveragePool", [input], window);
    }

    /// <summary>3x3 max pooling of stride 2.</summary>
    public string MaxPool(string input) => graph.Node(
        "MaxPool", [input], [("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 })]);

    /// <summary>Bilinear enlargement to twice the side.</summary>
    public string Double(string input) => graph.Node(
        "Resize",
        [input, string.Empty, graph.Constants("doubled", 1, 1, 2, 2)],
        [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")]);

    /// <summary>A norm that no convolution precedes: a product and a sum for each channel.</summary>
    public string Norm(string name, BatchNorm norm, string input)
    {
        (float[] scale, float[] shift) = norm.Fold();
        string scaled = graph.Node("Mul", [input, graph.Weights(name + ".scale", scale, norm.Channels, 1, 1)]);
        return graph.Node("Add", [scaled, graph.Weights(name + ".shift", shift, norm.Channels, 1, 1)]);
    }

    /// <summary>x / (1 + exp(-x (factor + cubic factor x^2))).</summary>
    public string Gelu(string x)
    {
        string square = graph.Node("Mul", [x, x]);
        string factor = graph.Node(
            "Add", [graph.Node("Mul", [square, graph.Scalar(Layers.Gelu.Cubic * Layers.Gelu.Factor)]), graph.Scalar(Layers.Gelu.Factor)]);
        return graph.Node("Mul", [x, graph.Node("Sigmoid", [graph.Node("Mul", [x, factor])])]);
    }

    private static float[] Transposed(float[] weights, int channels)
    {
        int taps = weights.Length / channels;
        float[] turned = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            turned[(i % channels * taps) + (i / channels)] = weights[i];
        }

        return turned;
    }
}
