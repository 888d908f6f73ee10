using System.Runtime.InteropServices;
using Microsoft.ML;
using Xunit;

namespace SparseRefine.MLNet.Tests.Dense;

public class ExternalWeightsTests
{
    [Fact]
    public void Save_ModelWithWeightsBesideIt_HoldsThem()
    {
        string folder = Directory.CreateTempSubdirectory("weights").FullName;
        try
        {
            float[] values = [-1, -1, -1, 1, 2, 3];
            File.WriteAllBytes(Path.Combine(folder, "w.bin"), MemoryMarshal.AsBytes<float>(values).ToArray());
            string onnx = Path.Combine(folder, "m.onnx");
            File.WriteAllBytes(onnx, new OnnxModelBuilder()
                .Input("image", OnnxModelBuilder.Float, 1, 3, -1, -1)
                .ExternalWeights("w", "w.bin", 0, 2, 3, 1, 1)
                .Node("Conv", ["image", "w"], ["scores"])
                .Output("scores", OnnxModelBuilder.Float, 1, 2, -1, -1)
                .Build());
            MLContext ml = new(1);
            string saved = Path.Combine(folder, "m.sparserefine");
            using (SegmentationModel model = SegmentationModel.FromOnnx(onnx))
            {
                ml.SemanticSegmentation.Save(model.Transformer, null, saved);
            }

            File.Delete(Path.Combine(folder, "w.bin"));
            using SegmentationModel loaded = SegmentationModel.Load(saved);

            Assert.Equal(2, loaded.Dense!.Classes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
