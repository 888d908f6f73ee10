using Microsoft.ML;
using Microsoft.ML.Data;
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
            using DenseModelTransformer dense = Fit(context, options);
            Assert.Equal("CPU", dense.Model.Provider);
        }
        else
        {
            var error = Assert.Throws<InvalidInputException>(() => Fit(context, options));
            Assert.Contains($"expected CUDA device {device ?? 1001} (GpuDeviceId, no fallback)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_ModelOfAnotherDevice_FallsBackToTheCpu()
    {
        using var scene = new Scene(photos: 1);
        string file = scene.PathOf("m.sparserefine");
        using (DenseModelTransformer dense = Fit(
            new MLContext(1), new DenseModelOptions { GpuDeviceId = 1000, FallbackToCpu = true }))
        {
            scene.Catalog.Save(dense, null, file);
        }

        var context = new MLContext { GpuDeviceId = 1001 };
        using var loaded = (TransformerChain<ITransformer>)context.SemanticSegmentation.Load(file, out _);
        Assert.Equal("CPU", loaded.OfType<DenseModelTransformer>().Single().Model.Provider);
    }

    private static DenseModelTransformer Fit(MLContext context, DenseModelOptions options)
    {
        _ = context.SemanticSegmentation;
        return context.SemanticSegmentation.DenseModel("Logits", "Image", new MemoryStream(OnnxModelBuilder.Identity()), options)
            .Fit(context.Data.LoadFromEnumerable(Array.Empty<Tests.Rows.PredictionEngineTests.Photo>()));
    }
}
