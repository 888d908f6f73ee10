using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public class DenseModelDeviceTests
{
    [Theory]
    [InlineData(null, null, false, false)]
    [InlineData(null, null, true, true)]
    [InlineData(null, true, false, true)]
    [InlineData(null, false, true, false)]
    [InlineData(1000, null, true, true)]
    [InlineData(1000, null, false, false)]
    public void DenseModel_GpuThatIsNotThere_FallsBackAsOptionsElseContextSay(
        int? device, bool? fallBack, bool contextFallsBack, bool runs)
    {
        // No machine has a thousand GPUs.
        var context = new MLContext(1) { GpuDeviceId = device is null ? 1001 : null, FallbackToCpu = contextFallsBack };
        DenseModelOptions options = new() { GpuDeviceId = device, FallbackToCpu = fallBack };
        if (runs)
        {
            using DenseSegmentationTransformer dense = Fit(context, options);
            Assert.Equal("CPU", dense.Model.Provider);
            Assert.Contains($"expected CUDA device {device ?? 1001}, got ", dense.Model.FallbackReason, StringComparison.Ordinal);
        }
        else
        {
            var error = Assert.Throws<InvalidInputException>(() => Fit(context, options));
            Assert.Contains($"expected CUDA device {device ?? 1001} (GpuDeviceId, no fallback)", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1001, true)]
    [InlineData(1001, false)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public void Load_GpuThatIsNotThere_FallsBackAsTheContextSays(int? contextDevice, bool contextFallsBack)
    {
        using var scene = new Scene(photos: 1);
        string file = scene.PathOf("m.sparserefine");
        using (DenseSegmentationTransformer dense = Fit(
            new MLContext(1), new DenseModelOptions { GpuDeviceId = 1000, FallbackToCpu = true }))
        {
            scene.Catalog.Save(dense, null, file);
        }

        var context = new MLContext { GpuDeviceId = contextDevice, FallbackToCpu = contextFallsBack };
        List<string> warnings = Warnings(context);
        if (contextDevice is not null && !contextFallsBack)
        {
            var error = Assert.Throws<InvalidInputException>(() => context.SemanticSegmentation.Load(file, out _));
            Assert.Contains($"expected CUDA device {contextDevice} (GpuDeviceId, no fallback)", error.Message, StringComparison.Ordinal);
            return;
        }

        using var loaded = (TransformerChain<ITransformer>)context.SemanticSegmentation.Load(file, out _);
        DenseModel model = loaded.OfType<DenseSegmentationTransformer>().Single().Model;
        Assert.Equal("CPU", model.Provider);
        Assert.StartsWith($"{model.Name}: expected CUDA device {contextDevice ?? 1000}, got ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.EndsWith("; the CPU serves instead", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void DenseModel_NoGpuAskedFor_SaysNothing()
    {
        var context = new MLContext(1);
        List<string> warnings = Warnings(context);
        using DenseSegmentationTransformer dense = Fit(context, new DenseModelOptions());
        Assert.Null(dense.Model.FallbackReason);
        Assert.Empty(warnings);
    }

    private static List<string> Warnings(MLContext context)
    {
        List<string> warnings = [];
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(e.RawMessage);
            }
        };
        return warnings;
    }

    private static DenseSegmentationTransformer Fit(MLContext context, DenseModelOptions options)
    {
        _ = context.SemanticSegmentation;
        return context.SemanticSegmentation.ApplyDenseModel("Logits", "Image", new MemoryStream(OnnxModelBuilder.Identity()), options)
            .Fit(context.Data.LoadFromEnumerable(Array.Empty<Tests.Rows.PredictionEngineTests.Photo>()));
    }
}
