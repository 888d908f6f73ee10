using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx;

/// <summary>
/// The ONNX file of the package Microsoft.ML.DnnImageFeaturizer.ResNet18: a ResNet-18 with weights that know ImageNet, which sees blue, green and red minus
/// their means.
/// </summary>
internal static class ResNet18File
{
    /// <summary>What goes along with every copy of the weights, trained further or not.</summary>
    public const string Attribution =
        "Backbone started from the ResNet-18 of the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1, (c) Microsoft Corporation, MIT licence";

    /// <summary>Where the package puts the file, from the folder of a program that refers to it.</summary>
    public static readonly string RelativePath = Path.Combine("DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>The last layer's output before the pooling, as that file alone names it.</summary>
    private const string LastOutput = "ReLU393_Output_0";

    /// <summary>The file where the package put it beside this program.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="InvalidInputException">The program does not refer to the package.</exception>
    public static string Find()
    {
        string path = Path.Combine(AppContext.BaseDirectory, RelativePath);
        return File.Exists(path)
            ? path
            : throw new InvalidInputException(
                "package SparseRefine.ResNet18",
                $"{path}, which the package puts there (the tool: build it with -p:ResNet18=true), or the path of another copy (--backbone-file, BackboneFile)",
                "none");
    }

    /// <summary>Puts the file's weights into a backbone of the same shape.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backbone">Filled.</param>
    /// <exception cref="InvalidInputException">No such file, or another network than that of the package.</exception>
    public static void Fill(string path, ResNetBackbone backbone)
    {
        GraphProto graph = OnnxFile.Load(path).Model.Graph;
        Dictionary<string, TensorProto> tensors = graph.Initializer.ToDictionary(tensor => tensor.Name);
        List<NodeProto> convolutions = [.. graph.Node.Where(node => node.OpType == "Conv")];
        if (convolutions.Count != backbone.Units.Count || !graph.Node.Any(node => node.Output.Contains(LastOutput)))
        {
            throw new InvalidInputException(
                path,
                $"the ResNet-18 of Microsoft.ML.DnnImageFeaturizer.ResNet18, of {backbone.Units.Count} convolutions and a value '{LastOutput}'",
                $"a graph of {convolutions.Count} convolutions");
        }

        for (int i = 0; i < convolutions.Count; i++)
        {
            ConvolutionUnit unit = backbone.Units[i];
            NodeProto norm = graph.Node.Single(node => node.OpType == "BatchNormalization" && node.Input[0] == convolutions[i].Output[0]);
            float[] weights = Read(tensors, convolutions[i].Input[1], path, unit.Core.Outputs, unit.LiveInputs, unit.Side, unit.Side);
            Turn(weights, unit);
            float[][] statistics = [.. norm.Input.Skip(1).Select(name => Read(tensors, name, path, unit.Core.Outputs))];
            Parameter[] targets = [unit.Norm.Weight, unit.Norm.Bias, unit.Norm.RunningMean, unit.Norm.RunningVariance];
            foreach ((Parameter target, float[] values) in targets.Zip(statistics))
            {
                values.CopyTo(target.Value, 0);
            }
        }

        Rescale(backbone.Stem);
    }

    // From [outputs, inputs, rows, columns] to our [taps, inputs, outputs].
    private static void Turn(float[] weights, ConvolutionUnit unit)
    {
        int taps = unit.Side * unit.Side;
        int outputs = unit.Core.Outputs;
        Array.Clear(unit.Core.Weight.Value);
        for (int at = 0; at < weights.Length; at++)
        {
            (int rest, int tap) = Math.DivRem(at, taps);
            (int output, int input) = Math.DivRem(rest, unit.LiveInputs);
            unit.Core.Weight.Value[(((tap * unit.WeightInputs) + input) * outputs) + output] = weights[at];
        }
    }

    // The file's network sees blue, green, red as they are; ours red, green, blue divided by their deviations.
    private static void Rescale(ConvolutionUnit stem)
    {
        int outputs = stem.Core.Outputs;
        float[] weights = stem.Core.Weight.Value;
        for (int tap = 0; tap < stem.Side * stem.Side; tap++)
        {
            Span<float> blue = weights.AsSpan(tap * 3 * outputs, outputs);
            Span<float> red = weights.AsSpan(((tap * 3) + 2) * outputs, outputs);
            for (int o = 0; o < outputs; o++)
            {
                (blue[o], red[o]) = (red[o], blue[o]);
            }

            for (int c = 0; c < 3; c++)
            {
                foreach (ref float weight in weights.AsSpan(((tap * 3) + c) * outputs, outputs))
                {
                    weight *= FeatureRefinementNetwork.Deviation[c];
                }
            }
        }
    }

    private static float[] Read(Dictionary<string, TensorProto> tensors, string name, string path, params long[] shape)
    {
        if (tensors.GetValueOrDefault(name) is not TensorProto tensor || !tensor.Dims.SequenceEqual(shape) || tensor.FloatData.Count != shape.Aggregate((a, b) => a * b))
        {
            throw new InvalidInputException(
                path, $"a tensor '{name}' of [{string.Join(", ", shape)}] floats", $"[{string.Join(", ", tensors.GetValueOrDefault(name)?.Dims.AsEnumerable() ?? [])}]");
        }

        return [.. tensor.FloatData];
    }
}
