using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>
/// Which provider runs each node, read from the profile. Here that is the CPU; that each node could be a GPU's follows from the kernels that the CUDA provider is known to have. tests/gpu
/// reads the same profile on a machine with a GPU.
/// </summary>
public sealed class NodePlacementTests
{
    // The hash of pixels that a random selector ranks by runs on the CPU, as the provider has neither of its operators: no fitted model comes with that selector.
    private static readonly string[] HashSteps = ["BitShift", "BitwiseXor"];

    [Fact]
    public void Profile_RefinersOfEveryKind_HaveKernelsOfTheCudaProviderForEachNode()
    {
        HashSet<string> operations = [];
        for (int seed = 0; seed < 30; seed++)
        {
            RandomRefiner subject = new(seed);
            OnnxExportOptions options = new()
            {
                Outputs = OnnxOutputs.DenseLabels | OnnxOutputs.Entropy | OnnxOutputs.Mask | OnnxOutputs.MaxScore | OnnxOutputs.SelectedPixels,
                Float16 = seed % 2 == 1,
            };
            foreach (NodeRun node in Runs(subject, options))
            {
                operations.Add(node.Operation);
                if (subject.Refiner.Selector is not RandomSelector || !HashSteps.Contains(node.Operation))
                {
                    AssertHasKernel(node, subject.Describe());
                }
            }
        }

        // The steps of every refiner, among them those within loops.
        Assert.Superset(new HashSet<string>(["NonZero", "ScatterND", "Gather", "MatMul", "Loop", "Range", "TopK", "Softmax", "ArgMax"]), operations);
    }

    [Fact]
    public void Has_OperatorsAndTypesThatTheCudaProviderLacks_IsFalse()
    {
        Assert.False(CudaKernels.Has("Unique", "int64"));
        Assert.False(CudaKernels.Has("Max", "uint8"));
        Assert.False(CudaKernels.Has("GridSample", "float16"));
    }

    [Theory]
    [InlineData(Interpolation.Area, OnnxInput.Image, false)]
    [InlineData(Interpolation.Area, OnnxInput.Pixels, true)]
    [InlineData(Interpolation.Bilinear, OnnxInput.Image, true)]
    [InlineData(Interpolation.Nearest, OnnxInput.Image, false)]
    public void Profile_PhotoToDenseLabels_HasKernelsOfTheCudaProviderForEachNode(Interpolation interpolation, OnnxInput input, bool isHalf)
    {
        byte[] file = new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Weights("w", [1, -1, 0.5f, -0.7f, 1, 0.2f, 0, 0.3f, -1], 3, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["v"])
            .Node("Softmax", ["v"], ["scores"], [("axis", 1)])
            .Output("scores", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Build(17);
        using DenseModel model = new(file, "m.onnx", new DenseModelOptions { Interpolation = interpolation, IntraOpNumThreads = 1 });
        byte[] graph = GraphExport.Build(
            model, OnnxFile.Parse(file, "m.onnx"), null, 3, new OnnxExportOptions { Input = input, Float16 = isHalf }, []).ToByteArray();
        ImageBuffer photo = TestImage.Noise(40, 52);
        NodeRun[] nodes = Profiled(configure =>
        {
            using SessionOptions options = new();
            configure(options);
            using InferenceSession session = new(graph, options);
            using OrtValue image = input == OnnxInput.Image
                ? OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, 40, 52, 3])
                : OrtValue.CreateTensorValueFromMemory(new float[3 * 40 * 52], [1, 3, 40, 52]);
            using RunOptions run = new();
            session.Run(run, session.InputNames, [image], session.OutputNames).Dispose();
            return session.EndProfiling();
        });
        foreach (NodeRun node in nodes)
        {
            AssertHasKernel(node, $"{interpolation}, {input}");
        }

        Assert.Contains("Conv", nodes.Select(node => node.Operation));
    }

    private static void AssertHasKernel(NodeRun node, string subject)
    {
        Assert.Equal("CPUExecutionProvider", node.Provider);
        string type = node.Types.ElementAtOrDefault(CudaKernels.TypedInput(node.Operation)) ?? "int64";
        Assert.True(CudaKernels.Has(node.Operation, type), $"{subject}: no CUDA kernel for {node.Operation} of {type}");

        // In half precision this provider computes in single: what it was told to do is the graph's to say.
        Assert.True(type != "float" || CudaKernels.Has(node.Operation, "float16"), $"{subject}: no CUDA kernel for {node.Operation} of float16");
    }

    private static NodeRun[] Runs(RandomRefiner subject, OnnxExportOptions options) => Profiled(configure =>
    {
        using GraphRun run = new(subject, options, configure: configure);
        _ = run.Labels(subject.Photo(24, 31), subject.Logits(12, 16));
        return run.EndProfiling();
    });

    // Runs a graph in a session that is profiled, and reads what the profile says.
    private static NodeRun[] Profiled(Func<Action<SessionOptions>, string> run)
    {
        using TestFolder folder = new();
        string file = run(session =>
        {
            // As exported: what ONNX Runtime joins or folds differs from provider to provider.
            session.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            session.ProfileOutputPathPrefix = folder["run"];
            session.EnableProfiling = true;
        });
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. profile.RootElement.EnumerateArray().Where(IsNode).Select(Node)];
    }

    private static bool IsNode(JsonElement line) =>
        line.GetProperty("cat").GetString() == "Node" && line.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal);

    private static NodeRun Node(JsonElement line)
    {
        JsonElement arguments = line.GetProperty("args");
        return new NodeRun(
            arguments.GetProperty("op_name").GetString()!,
            arguments.GetProperty("provider").GetString()!,
            [.. arguments.GetProperty("input_type_shape").EnumerateArray().Select(input => input.EnumerateObject().First().Name)]);
    }
}
