using Google.Protobuf;
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
    /// right, by the backbone's mean color. Output `logits`, float [batch, classes, height / stride, width / stride], rounded up. The file's metadata names the
    /// source of weights that were not learned from nothing.
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
            string input = Pad(Image, Recentered(Image));
            string[] stages = network.Backbone switch
            {
                PlainBackbone plain => Backbone(plain, input),
                ResNetBackbone resNet => Backbone(resNet, input),
                _ => throw new NotSupportedException($"backbone: expected one that can be exported, got {network.Backbone.GetType().Name}"),
            };
            string top = network.Module is RefinementModule module ? Module(module, stages) : stages[4];
            Crop(Decoder(input, stages, top), Image, Logits);
            graph.Declare(
                isInput: false, Logits, (null, "batch"), (options.Classes, string.Empty), (null, "rows"), (null, "columns"));
            return network.Backbone is ResNetBackbone ? graph.ToModel([("backbone", ResNet18File.Attribution)]).ToByteArray() : graph.ToModel([]).ToByteArray();
        }

        /// <summary>[height, width] of the photo.</summary>
        private string Size(string image) => graph.Node("Shape", [image], [("start", 2L), ("end", 4L)]);

        // What the network sees is relative to the backbone's mean color.
        private string Recentered(string image)
        {
            float[] shift = new float[3];
            for (int c = 0; c < shift.Length; c++)
            {
                shift[c] = (FeatureRefinementNetwork.StandardMean[c] - network.Backbone.Mean[c]) / FeatureRefinementNetwork.Deviation[c];
            }

            return shift.All(s => s == 0) ? image : graph.Node("Add", [image, graph.Weights("mean.shift", shift, 1, 3, 1, 1)]);
        }

        private string Pad(string image, string pixels)
        {
            string multiple = graph.Integers(FeatureRefinementNetwork.SizeMultiple);

            // Mod takes the sign of the divisor: (-side) mod 32 is what is missing.
            string missing = graph.Node("Mod", [graph.Node("Neg", [Size(image)]), multiple]);
            string pads = graph.Node("Concat", [graph.Integers(0, 0, 0, 0, 0, 0), missing], [("axis", 0L)]);
            return graph.Node("Pad", [pixels, pads], [("mode", "edge")]);
        }

        private void Crop(string logits, string image, string output)
        {
            int stride = network.Options.OutputStride;
            string ends = graph.Node("Div", [graph.Node("Add", [Size(image), graph.Integers(stride - 1)]), graph.Integers(stride)]);
            graph.Node("Slice", [logits, graph.Integers(0, 0), ends, graph.Integers(2, 3)], null, output);
        }

        private string[] Backbone(PlainBackbone backbone, string input)
        {
            string features = _layers.Unit("stem", backbone.Stem, input, relu: true);
            List<string> stages = [features];
            for (int stage = 0; stage < 4; stage++)
            {
                string name = $"stage{stage + 1}";
                features = _layers.Unit(name, backbone.Downs[stage], features, relu: true);
                int number = 0;
                foreach (IStageBlock block in backbone.Blocks[stage])
                {
                    features = block switch
                    {
                        BasicBlock basic => Block($"{name}.{++number}", basic, features),
                        LargeKernelBlock large => Block($"{name}.{++number}", large, features),
                        _ => throw new NotSupportedException($"block: expected one that can be exported, got {block.GetType().Name}"),
                    };
                }

                stages.Add(features);
            }

            return [.. stages];
        }

        private string[] Backbone(ResNetBackbone backbone, string input)
        {
            string features = _layers.Unit("stem", backbone.Stem, input, relu: true);
            List<string> stages = [features];
            features = _layers.MaxPool(features);
            for (int stage = 0; stage < backbone.Stages.Count; stage++)
            {
                int number = 0;
                foreach (ResNetBlock block in backbone.Stages[stage])
                {
                    string name = $"stage{stage + 1}.{++number}";
                    string shortcut = block.Shortcut is null ? features : _layers.Unit(name + ".shortcut", block.Shortcut, features, relu: false);
                    string first = _layers.Unit(name + ".1", block.First, features, relu: true);
                    features = graph.Node("Relu", [graph.Node("Add", [_layers.Unit(name + ".2", block.Second, first, relu: false), shortcut])]);
                }

                stages.Add(features);
            }

            return [.. stages];
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
            string[] pooled = [.. module.Poolings.Select((pooling, i) => _layers.Pool($"module.pool{i + 1}", pooling, stages[i + 1]))];
            string joined = graph.Node("Concat", [.. pooled, stages[4]], [("axis", 1L)]);
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

        private string Decoder(string input, string[] stages, string top)
        {
            PyramidDecoder decoder = network.Decoder;
            string features = _layers.Pointwise("decoder.lateral4", decoder.Laterals[3], top);
            for (int stage = 3; stage >= 1; stage--)
            {
                string lateral = _layers.Pointwise($"decoder.lateral{stage}", decoder.Laterals[stage - 1], stages[stage]);
                features = graph.Node("Add", [lateral, _layers.Double(features)]);
            }

            features = _layers.Unit("decoder.smooth", decoder.Smooth, features, relu: true);
            foreach (FineLevel level in decoder.Fine)
            {
                bool isFirst = level == decoder.Fine[0];
                string name = isFirst ? "decoder.fine2" : "decoder.fine1";
                string skip = isFirst ? stages[0] : _layers.Unit("decoder.pixels", decoder.PixelStem!, input, relu: true);
                string above = _layers.Double(_layers.Pointwise(name + ".narrow", level.Narrow, features));
                string sum = graph.Node("Add", [_layers.Pointwise(name + ".lateral", level.Lateral, skip), above]);
                features = _layers.Unit(name + ".smooth", level.Smooth, sum, relu: true);
            }

            return _layers.Pointwise("decoder.classifier", decoder.Classifier, features);
        }
    }
}
