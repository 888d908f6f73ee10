using SparseRefine.MLNet;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The shipped pipeline as a graph, for programs that have nothing else of the library.</summary>
public sealed class ExportedGraph : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-graph-").FullName;

    public ExportedGraph()
    {
        using SegmentationModel model = SegmentationModel.Load(Expected.Model);
        model.ExportOnnx(File, new OnnxExportOptions { Outputs = OnnxOutputs.DenseLabels | OnnxOutputs.Mask });
    }

    public string File => PathOf("model.onnx");

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>At most one pixel in 100,000 may be another: ties within rounding.</summary>
    public static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> labels)
    {
        Assert.Equal(expected.Length, labels.Length);
        int others = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            others += expected[i] == labels[i] ? 0 : 1;
        }

        Assert.InRange(others, 0, expected.Length / 100_000);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
