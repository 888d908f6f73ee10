using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
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
                Assert.Equal("CPUExecutionProvider", node.Provider);
                if (subject.Refiner.Selector is RandomSelector && HashSteps.Contains(node.Operation))
                {
                    continue;
                }

                string type = node.Types.ElementAtOrDefault(CudaKernels.TypedInput(node.Operation)) ?? "int64";
                Assert.True(CudaKernels.Has(node.Operation, type), $"{subject.Describe()}: no CUDA kernel for {node.Operation} of {type}");

                // In half precision this provider computes in single: what it was told to do is the graph's to say.
                Assert.True(
                    type != "float" || CudaKernels.Has(node.Operation, "float16"), $"{subject.Describe()}: no CUDA kernel for {node.Operation} of float16");
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

    private static NodeRun[] Runs(RandomRefiner subject, OnnxExportOptions options)
    {
        string prefix = Path.Combine(Directory.CreateTempSubdirectory("sparserefine-profile-").FullName, "run");
        try
        {
            using GraphRun run = new(subject, options, configure: session =>
            {
                // As exported: what ONNX Runtime joins or folds differs from provider to provider.
                session.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                session.ProfileOutputPathPrefix = prefix;
                session.EnableProfiling = true;
            });
            _ = run.Labels(subject.Photo(24, 31), subject.Logits(12, 16));
            using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(run.EndProfiling()));
            return [.. profile.RootElement.EnumerateArray().Where(IsNode).Select(Node)];
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(prefix)!, recursive: true);
        }
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
