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
        return new Writer(network, new OnnxGraph("feature refinement")).Write();
    }

    private sealed class Writer(FeatureRefinementNetwork network, OnnxGraph graph)
    {
        private readonly OnnxLayers _layers = new(graph);

        public byte[] Write()
        {
            const string Image = "image";
            const string Logits = "logits";
            FeatureRefinementOptions options = network.Options;
            graph.Declare(isInput: true, Image, (null, "batch"), (3, string.Empty), (null, "height"), (null, "width"));
            string[] stages = Backbone(Pad(Image));
            string top = network.Module is RefinementModule module ? Module(module, stages) : stages[3];
            Crop(Decoder(stages, top), Image, Logits);
            graph.Declare(
                isInput: false, Logits, (null, "batch"), (options.Classes, string.Empty), (null, "rows"), (null, "columns"));
            return graph.ToBytes(OperatorSet);
        }

        /// <summary>[height, width] of the photo.</summary>
        private string Size(string image) => graph.Node("Shape", [image], [("start", 2L), ("end", 4L)]);

        private string Pad(string image)
        {
            string multiple = graph.Integers(FeatureRefinementNetwork.SizeMultiple);

            // Mod takes the sign of the divisor: (-side) mod 32 is what is missing.
            string missing = graph.Node("Mod", [graph.Node("Neg", [Size(image)]), multiple]);
            string pads = graph.Node("Concat", [graph.Integers(0, 0, 0, 0, 0, 0), missing], [("axis", 0L)]);
            return graph.Node("Pad", [image, pads], [("mode", "constant")]);
        }

        private void Crop(string logits, string image, string output)
        {
            string stride = graph.Integers(FeatureRefinementNetwork.LogitStride);
            string ends = graph.Node(
                "Div", [graph.Node("Add", [Size(image), graph.Integers(FeatureRefinementNetwork.LogitStride - 1)]), stride]);
            graph.Node("Slice", [logits, graph.Integers(0, 0), ends, graph.Integers(2, 3)], null, output);
        }

        private string[] Backbone(string input)
        {
            string features = _layers.Unit("stem", network.Backbone.Stem, input, relu: true);
            string[] stages = new string[4];
            for (int stage = 0; stage < 4; stage++)
            {
                string name = $"stage{stage + 1}";
                features = _layers.Unit(name, network.Backbone.Downs[stage], features, relu: true);
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
            string first = _layers.Unit(name + ".1", block.First, input, relu: true);
            string second = _layers.Unit(name + ".2", block.Second, first, relu: false);
            return graph.Node("Relu", [graph.Node("Add", [second, input])]);
        }

        private string Block(string name, LargeKernelBlock block, string input)
        {
            string entered = _layers.Gelu(_layers.Pointwise(name + ".enter", block.Enter, _layers.Norm(name + ".norm1", block.Norm1, input)));
            string gate = _layers.Depthwise(name + ".far", block.Far, _layers.Depthwise(name + ".near", block.Near, entered));
            string gated = graph.Node("Mul", [entered, _layers.Pointwise(name + ".gate", block.Gate, gate)]);
            string attended = graph.Node("Add", [_layers.Pointwise(name + ".leave", block.Leave, gated), input]);
            string wide = _layers.Pointwise(name + ".widen", block.Widen, _layers.Norm(name + ".norm2", block.Norm2, attended));
            string mixed = _layers.Gelu(_layers.Depthwise(name + ".mix", block.Mix, wide));
            return graph.Node("Add", [_layers.Pointwise(name + ".narrow", block.Narrow, mixed), attended]);
        }

        private string Module(RefinementModule module, string[] stages)
        {
            string[] pooled = [.. module.Poolings.Select((pooling, i) => _layers.Pool($"module.pool{i + 1}", pooling, stages[i]))];
            string joined = graph.Node("Concat", [.. pooled, stages[3]], [("axis", 1L)]);
            return NonLocal(module.NonLocal, _layers.Unit("module.fuse", module.Fuse, joined, relu: true));
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
                string query = graph.Node("Transpose", [Centered("query", block.Query, input)], [("perm", new long[] { 0, 2, 1 })]);
                string products = graph.Node("MatMul", [query, Centered("key", block.Key!, input)]);
                string scaled = graph.Node("Mul", [products, graph.Scalar(block.Scale)]);
                weights = graph.Node("Softmax", [scaled], [("axis", 2L)]);
            }

            if (block.Unary is not null)
            {
                string unary = graph.Node("Softmax", [Flat(_layers.Pointwise("module.unary", block.Unary, input))], [("axis", 2L)]);
                weights = weights is null ? unary : graph.Node("Add", [weights, unary]);
            }

            string value = graph.Node(
                "Transpose", [Flat(_layers.Pointwise("module.value", block.Value, input))], [("perm", new long[] { 0, 2, 1 })]);
            string sum = graph.Node("Transpose", [graph.Node("MatMul", [weights!, value])], [("perm", new long[] { 0, 2, 1 })]);
            if (block.Query is null)
            {
                // One row for all pixels: [batch, channels, 1] is added everywhere.
                return graph.Node("Add", [input, graph.Node("Unsqueeze", [sum, graph.Integers(3)])]);
            }

            return graph.Node("Add", [input, graph.Node("Reshape", [sum, graph.Node("Shape", [input])])]);
        }

        private string Centered(string name, Linear layer, string input)
        {
            string flat = Flat(_layers.Pointwise("module." + name, layer, input));
            return graph.Node("Sub", [flat, graph.Node("ReduceMean", [flat], [("axes", new long[] { 2 }), ("keepdims", 1L)])]);
        }

        private string Flat(string planes) => graph.Node("Reshape", [planes, graph.Integers(0, 0, -1)]);

        private string Decoder(string[] stages, string top)
        {
            PyramidDecoder decoder = network.Decoder;
            string pyramid = _layers.Pointwise("decoder.lateral4", decoder.Laterals[3], top);
            string doubled = graph.Weights("decoder.doubled", [1, 1, 2, 2], 4);
            for (int stage = 2; stage >= 0; stage--)
            {
                string above = graph.Node(
                    "Resize",
                    [pyramid, string.Empty, doubled],
                    [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")]);
                pyramid = graph.Node("Add", [_layers.Pointwise($"decoder.lateral{stage + 1}", decoder.Laterals[stage], stages[stage]), above]);
            }

            return _layers.Pointwise("decoder.classifier", decoder.Classifier, _layers.Unit("decoder.smooth", decoder.Smooth, pyramid, relu: true));
        }
    }
}
