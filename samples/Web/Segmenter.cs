using Microsoft.Extensions.Options;
using SparseRefine;
using SparseRefine.Images;
using SparseRefine.MLNet;

/// <summary>The model, for all requests at once. Thread-safe; the container disposes it at the end.</summary>
internal sealed class Segmenter(IOptions<ServiceOptions> options, ServiceMetrics metrics) : IDisposable
{
    private readonly SegmentationModel _model = SegmentationModel.Load(options.Value.Model);
    private readonly int _maxPixels = options.Value.MaxPixels;

    /// <summary>Labels one photo.</summary>
    /// <param name="file">Its file's bytes.</param>
    /// <param name="cancellation">Ends it, also within the dense model.</param>
    /// <returns>An index PNG of the same size, with the classes' colors as its palette.</returns>
    /// <exception cref="InvalidInputException">Not a whole photo.</exception>
    /// <exception cref="PhotoTooLargeException">More pixels than allowed; nothing was decoded.</exception>
    public byte[] Segment(byte[] file, CancellationToken cancellation)
    {
        PhotoSize size = PhotoProbe.Read(file, "body", long.MaxValue); // too large is an error of its own
        if (size.Pixels > _maxPixels)
        {
            throw new PhotoTooLargeException($"body: expected a photo of at most {_maxPixels} pixels, got {size}");
        }

        using SegmentationResult result = _model.Predict(file, "body", cancellation: cancellation);
        metrics.Answered(size.Pixels, result.Times);
        using MemoryStream png = new();
        result.Save(png);
        return png.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
