using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx.Graphs;

/// <summary>Finds a dense model's inner features by the rule that <see cref="DenseModelOptions.AutoFeatures"/> states, and knows their layout.</summary>
internal static class FeatureRule
{
    private const int FewestChannels = 8;
    private const int LargestStride = 4;
    private const int UsualSide = 256;
    private const int AtATime = 64;

    /// <summary>Finds the value.</summary>
    /// <param name="file">The model.</param>
    /// <param name="signature">Its input and score output.</param>
    /// <param name="options">How the model sees photos.</param>
    /// <returns>The value's name.</returns>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string Find(OnnxFile file, ModelSignature signature, DenseModelOptions options)
    {
        // A model that takes any size gets one of two different sides, by which the axes can be told.
        int side = (UsualSide + options.SizeMultiple - 1) / options.SizeMultiple * options.SizeMultiple;
        int height = signature.Height > 0 ? signature.Height : options.Height ?? side;
        int width = signature.Width > 0 ? signature.Width : options.Width ?? (2 * side);
        GraphProto graph = file.Model.Graph;
        HashSet<string> before = BeforeTheLastLayer(graph, signature.OutputName);
        HashSet<string> seen = Behind(graph, signature.InputName);
        IEnumerable<string> found = graph.Node.Reverse().SelectMany(node => node.Output.Reverse()).Where(name => before.Contains(name) && seen.Contains(name));

        // As a rule the first few hold the one that is looked for, and large graphs have thousands.
        foreach (string[] some in found.Chunk(AtATime))
        {
            IReadOnlyDictionary<string, long[]>? shapes =
                new GraphShapes(file.Model, signature.InputName, signature.IsChannelsLast, some).At(height, width);
            string[] maps = shapes is null ? [] : [.. some.Where(name => IsMap(shapes[name], height, width))];
            IReadOnlyDictionary<string, TensorElementType> types = maps.Length == 0
                ? new Dictionary<string, TensorElementType>()
                : GraphShapes.Types(file.Model, maps);
            if (maps.FirstOrDefault(name => types.GetValueOrDefault(name) is TensorElementType.Float or TensorElementType.Float16) is string last)
            {
                return last;
            }
        }

        throw new InvalidInputException(
            file.Name,
            $"a value [N, {FewestChannels} or more channels, h, w] of a quarter of the input's sides or more before the scores' last layer (--dense-features auto)",
            "none that can be told from the graph; name one");
    }

    /// <summary>Where the channels of features stand.</summary>
    /// <param name="shape">Four sizes.</param>
    /// <param name="height">Rows that the model saw.</param>
    /// <param name="width">Columns that the model saw.</param>
    /// <param name="hint">What the graph tells, which decides where both orders fit.</param>
    /// <returns>Channels first or last; <see cref="TensorLayout.Auto"/> where neither order gives planes of the input's proportions.</returns>
    public static TensorLayout LayoutOf(long[] shape, int height, int width, TensorLayout hint)
    {
        bool first = ScoreShape.Fits(shape[2], shape[3], height, width);
        bool last = ScoreShape.Fits(shape[1], shape[2], height, width);
        return first && (!last || hint != TensorLayout.ChannelsLast) ? TensorLayout.ChannelsFirst
            : last ? TensorLayout.ChannelsLast : TensorLayout.Auto;
    }

    private static bool IsMap(long[] shape, int height, int width)
    {
        return shape is [1, _, _, _] && (Is(shape[1], shape[2], shape[3]) || Is(shape[3], shape[1], shape[2]));

        bool Is(long channels, long rows, long columns) =>
            channels >= FewestChannels && rows >= height / LargestStride && columns >= width / LargestStride
            && rows <= height && columns <= width && ScoreShape.Fits(rows, columns, height, width);
    }

    // What goes, directly or not, into a layer with weights, or a product of two values, on the way to the scores. What comes after the last of those
    // holds scores already.
    private static HashSet<string> BeforeTheLastLayer(GraphProto graph, string output)
    {
        HashSet<string> toScores = [output];
        HashSet<string> before = [];
        foreach (NodeProto node in graph.Node.Reverse())
        {
            bool isLayer = node.OpType is "Conv" or "ConvTranspose" or "MatMul" or "Gemm" or "Einsum" or "QLinearConv" or "QLinearMatMul";
            if (node.Output.Any(toScores.Contains))
            {
                toScores.UnionWith(node.Input);
                if (isLayer || node.Output.Any(before.Contains))
                {
                    before.UnionWith(node.Input);
                }
            }
        }

        return before;
    }

    private static HashSet<string> Behind(GraphProto graph, string input)
    {
        HashSet<string> behind = [input];
        foreach (NodeProto node in graph.Node.Where(node => node.Input.Any(behind.Contains)))
        {
            behind.UnionWith(node.Output);
        }

        return behind;
    }
}
