using Microsoft.Extensions.Options;
using SparseRefine;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

/// <summary>The model, for all requests at once. Thread-safe; the container disposes it at the end.</summary>
internal sealed class Segmenter(IOptions<ServiceOptions> options, ServiceMetrics metrics) : IDisposable
{
    private readonly SegmentationModel _model = SegmentationModel.Load(
        options.Value.Model, new SegmentationModelOptions { MaxPixels = options.Value.MaxPixels });

    /// <summary>Checks one photo by its header: nothing is decoded.</summary>
    /// <param name="file">Its file's bytes.</param>
    /// <exception cref="InvalidInputException">Not a whole photo, or one of more pixels than allowed; <see cref="InvalidInputException.Fault"/> tells which.</exception>
    public void Check(ReadOnlyMemory<byte> file) => PhotoProbe.Read(file, "body", options.Value.MaxPixels);

    /// <summary>Labels one photo.</summary>
    /// <param name="file">Its file's bytes.</param>
    /// <param name="cancellation">Ends it, also within the dense model.</param>
    /// <returns>An index PNG of the same size, with the classes' colors as its palette.</returns>
    /// <exception cref="InvalidInputException">Not a whole photo, or one that the model cannot take.</exception>
    public byte[] Segment(ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        using SegmentationResult result = _model.Predict(file, "body", cancellation: cancellation);
        metrics.Answered((long)result.Labels.Height * result.Labels.Width, result.Times);
        using MemoryStream png = new();
        result.Save(png);
        return png.ToArray();
    }

    /// <summary>The model as one ONNX graph, with what the page in samples/Browser shows beside the labels.</summary>
    public byte[] Export() => _model.ExportOnnx(new OnnxExportOptions { Outputs = OnnxOutputs.DenseLabels | OnnxOutputs.Mask });

    /// <summary>Gives back what is kept from photo to photo.</summary>
    public void ReleaseBuffers() => _model.ReleaseBuffers();

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
