using SparseRefine.Layers;
using SparseRefine.Networks;

namespace SparseRefine.Onnx.Export;

/// <summary>Writes a <see cref="FeatureRefinementNetwork"/> as an ONNX model that runs anywhere.</summary>
internal static class FeatureRefinementExport
{
    /// <summary>The ONNX operator set.</summary>
    public const int OperatorSet = 17;

    /// <summary>Builds the model; batch norms are folded into convolutions, the contrastive projection is left out.</summary>
    /// <param name="network">The network; its weights are copied.</param>
    /// <returns>
    /// The file's bytes. Input `image`, float [batch, 3, height, width] of any size, RGB, (value - mean) / std on the 0..255 scale as
    /// <see cref="DenseModelOptions"/> does unless told otherwise; sides that 32 does not divide are padded inside, at the bottom and
    /// right, by zeros. Output `logits`, float [batch, classes, height / 4, width / 4], rounded up.
    /// </returns>
    public static byte[] ToOnnx(FeatureRefinementNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new Writer(network).Write();
    }

    private sealed class Writer(FeatureRefinementNetwork network)
    {
        private readonly OnnxGraph _graph = new("feature refinement");

        public byte[] Write()
        {
            const string Image = "image";
            const string Logits = "logits";
            FeatureRefinementOptions options = network.Options;
            _graph.Declare(isInput: true, Image, (null, "batch"), (3, string.Empty), (null, "height"), (null, "width"));
            string[] stages = Backbone(Pad(Image));
            string top = network.Module is RefinementModule module ? Module(module, stages) : stages[3];
            Crop(Decoder(stages, top), Image, Logits);
            _graph.Declare(
                isInput: false, Logits, (null, "batch"), (options.Classes, string.Empty), (null, "rows"), (null, "columns"));
            return _graph.ToBytes(OperatorSet);
        }

        /// <summary>[height, width] of the photo.</summary>
        private string Size(string image) => _graph.Node("Shape", [image], [("start", 2L), ("end", 4L)]);

        private string Pad(string image)
        {
            string multiple = _graph.Integers(FeatureRefinementNetwork.SizeMultiple);

            // Mod takes the sign of the divisor: (-side) mod 32 is what is missing.
            string missing = _graph.Node("Mod", [_graph.Node("Neg", [Size(image)]), multiple]);
            string pads = _graph.Node("Concat", [_graph.Integers(0, 0, 0, 0, 0, 0), missing], [("axis", 0L)]);
            return _graph.Node("Pad", [image, pads], [("mode", "constant")]);
        }

        private void Crop(string logits, string image, string output)
        {
            string stride = _graph.Integers(FeatureRefinementNetwork.LogitStride);
            string ends = _graph.Node(
                "Div", [_graph.Node("Add", [Size(image), _graph.Integers(FeatureRefinementNetwork.LogitStride - 1)]), stride]);
            _graph.Node("Slice", [logits, _graph.Integers(0, 0), ends, _graph.Integers(2, 3)], null, output);
        }

        private string[] Backbone(string input)
        {
            string features = Unit("stem", network.Backbone.Stem, input, relu: true);
            string[] stages = new string[4];
            for (int stage = 0; stage < 4; stage++)
            {
                string name = $"stage{stage + 1}";
                features = Unit(name, network.Backbone.Downs[stage], features, relu: true);
                int number = 0;
                foreach (IStageBlock block in network.Backbone.Blocks[stage])
                {
                    features = block switch
                    {
                        BasicBlock basic => Block($"{name}.{++number}", basic, features),
                        LargeKernelBlock large => Block($"{name}.{++number}", large, features),
                        _ => throw new NotSupportedException($"block: expected one that can be exported, got {block.GetType().Name}"),
                    };
                }

                stages[stage] = features;
            }

            return stages;
        }

        private string Block(string name, BasicBlock block, string input)
        {
            string first = Unit(name + ".1", block.First, input, relu: true);
            string second = Unit(name + ".2", block.Second, first, relu: false);
            return _graph.Node("Relu", [_graph.Node("Add", [second, input])]);
        }

        private string Block(string name, LargeKernelBlock block, string input)
        {
            string entered = Gelu(Pointwise(name + ".enter", block.Enter, Norm(name + ".norm1", block.Norm1, input)));
            string gate = Depthwise(name + ".far", block.Far, Depthwise(name + ".near", block.Near, entered));
            string gated = _graph.Node("Mul", [entered, Pointwise(name + ".gate", block.Gate, gate)]);
            string attended = _graph.Node("Add", [Pointwise(name + ".leave", block.Leave, gated), input]);
            string wide = Pointwise(name + ".widen", block.Widen, Norm(name + ".norm2", block.Norm2, attended));
            string mixed = Gelu(Depthwise(name + ".mix", block.Mix, wide));
            return _graph.Node("Add", [Pointwise(name + ".narrow", block.Narrow, mixed), attended]);
        }

        private string Module(RefinementModule module, string[] stages)
        {
            string[] pooled = [.. module.Poolings.Select((pooling, i) => Pool($"module.pool{i + 1}", pooling, stages[i]))];
            string joined = _graph.Node("Concat", [.. pooled, stages[3]], [("axis", 1L)]);
            return NonLocal(module.NonLocal, Unit("module.fuse", module.Fuse, joined, relu: true));
        }

        private string NonLocal(DisentangledNonLocal block, string input)
        {
            if (block.Value is null)
            {
                return input;
            }

            // [batch, channels, pixels] throughout; a column of the weights belongs to the pixel that is read.
            string? weights = null;
            if (block.Query is not null)
            {
                string query = _graph.Node("Transpose", [Centered("query", block.Query, input)], [("perm", new long[] { 0, 2, 1 })]);
                string products = _graph.Node("MatMul", [query, Centered("key", block.Key!, input)]);
                string scaled = _graph.Node("Mul", [products, _graph.Scalar(block.Scale)]);
                weights = _graph.Node("Softmax", [scaled], [("axis", 2L)]);
            }

            if (block.Unary is not null)
            {
                string unary = _graph.Node("Softmax", [Flat(Pointwise("module.unary", block.Unary, input))], [("axis", 2L)]);
                weights = weights is null ? unary : _graph.Node("Add", [weights, unary]);
            }

            string value = _graph.Node(
                "Transpose", [Flat(Pointwise("module.value", block.Value, input))], [("perm", new long[] { 0, 2, 1 })]);
            string sum = _graph.Node("Transpose", [_graph.Node("MatMul", [weights!, value])], [("perm", new long[] { 0, 2, 1 })]);
            if (block.Query is null)
            {
                // One row for all pixels: [batch, channels, 1] is added everywhere.
                return _graph.Node("Add", [input, _graph.Node("Unsqueeze", [sum, _graph.Integers(3)])]);
            }

            return _graph.Node("Add", [input, _graph.Node("Reshape", [sum, _graph.Node("Shape", [input])])]);
        }

        private string Centered(string name, Linear layer, string input)
        {
            string flat = Flat(Pointwise("module." + name, layer, input));
            return _graph.Node("Sub", [flat, _graph.Node("ReduceMean", [flat], [("axes", new long[] { 2 }), ("keepdims", 1L)])]);
        }

        private string Flat(string planes) => _graph.Node("Reshape", [planes, _graph.Integers(0, 0, -1)]);

        private string Decoder(string[] stages, string top)
        {
            PyramidDecoder decoder = network.Decoder;
            string pyramid = Pointwise("decoder.lateral4", decoder.Laterals[3], top);
            string doubled = _graph.Weights("decoder.doubled", [1, 1, 2, 2], 4);
            for (int stage = 2; stage >= 0; stage--)
            {
                string above = _graph.Node(
                    "Resize",
                    [pyramid, string.Empty, doubled],
                    [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")]);
                pyramid = _graph.Node("Add", [Pointwise($"decoder.lateral{stage + 1}", decoder.Laterals[stage], stages[stage]), above]);
            }

            return Pointwise("decoder.classifier", decoder.Classifier, Unit("decoder.smooth", decoder.Smooth, pyramid, relu: true));
        }

        private string Unit(string name, ConvolutionUnit unit, string input, bool relu)
        {
            (float[] scale, float[] shift) = unit.Norm.Fold();
            string output = Convolve(name, input, unit.Core.Weight.Value, unit.Core.Inputs, unit.LiveInputs, scale, shift, unit.Side, unit.Stride);
            return relu ? _graph.Node("Relu", [output]) : output;
        }

        private string Pointwise(string name, Linear layer, string input) => Convolve(
            name, input, layer.Core.Weight.Value, layer.Core.Inputs, layer.Core.Inputs, null, layer.Core.Bias?.Value, 1, 1);

        // Ours are [taps, inputs, outputs], ONNX wants [outputs, inputs, rows, columns].
        private string Convolve(
            string name, string input, float[] weights, int inputs, int liveInputs, float[]? scale, float[]? bias, int side, int stride)
        {
            int taps = side * side;
            int outputs = weights.Length / (taps * inputs);
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

            List<string> values = [input, _graph.Weights(name + ".weight", turned, outputs, liveInputs, side, side)];
            if (bias != null)
            {
                values.Add(_graph.Weights(name + ".bias", bias, outputs));
            }

            long pad = side / 2;
            return _graph.Node(
                "Conv",
                [.. values],
                [
                    ("kernel_shape", new long[] { side, side }), ("strides", new long[] { stride, stride }),
                    ("pads", new[] { pad, pad, pad, pad }),
                ]);
        }

        private string Depthwise(string name, DepthwiseConvolution layer, string input)
        {
            long side = layer.Side;
            long pad = side / 2 * layer.Dilation;
            return _graph.Node(
                "Conv",
                [
                    input,
                    _graph.Weights(name + ".weight", Transposed(layer.Weight.Value, layer.Channels), layer.Channels, 1, side, side),
                    _graph.Weights(name + ".bias", layer.Bias.Value, layer.Channels),
                ],
                [
                    ("kernel_shape", new[] { side, side }), ("pads", new[] { pad, pad, pad, pad }), ("group", (long)layer.Channels),
                    ("dilations", new long[] { layer.Dilation, layer.Dilation }),
                ]);
        }

        private string Pool(string name, PhasePooling pooling, string input)
        {
            long factor = pooling.Factor;
            (string, object)[] window = [("kernel_shape", new[] { factor, factor }), ("strides", new[] { factor, factor })];
            return pooling.IsLearned
                ? _graph.Node(
                    "Conv",
                    [input, _graph.Weights(name + ".weight", Transposed(pooling.Weight.Value, pooling.Channels), pooling.Channels, 1, factor, factor)],
                    [.. window, ("group", (long)pooling.Channels)])
                : _graph.Node("AveragePool", [input], window);
        }

        // A norm that no convolution precedes is a product and a sum a channel.
        private string Norm(string name, BatchNorm norm, string input)
        {
            (float[] scale, float[] shift) = norm.Fold();
            string scaled = _graph.Node("Mul", [input, _graph.Weights(name + ".scale", scale, norm.Channels, 1, 1)]);
            return _graph.Node("Add", [scaled, _graph.Weights(name + ".shift", shift, norm.Channels, 1, 1)]);
        }

        private string Gelu(string x)
        {
            string square = _graph.Node("Mul", [x, x]);
            string factor = _graph.Node(
                "Add", [_graph.Node("Mul", [square, _graph.Scalar(Layers.Gelu.Cubic * Layers.Gelu.Factor)]), _graph.Scalar(Layers.Gelu.Factor)]);
            return _graph.Node("Mul", [x, _graph.Node("Sigmoid", [_graph.Node("Mul", [x, factor])])]);
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
}
