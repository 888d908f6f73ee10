using System.Diagnostics;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.Images;
using SparseRefine.MLNet;

/// <summary>The model behind a pool of engines, one for each picture in work; the pool owns the model. Thread-safe; the container disposes it at the end.</summary>
internal sealed class Segmenter : IDisposable
{
    private readonly SegmentationEnginePool<Photo, Answer> _engines;
    private readonly ClassList? _classes;
    private readonly ServiceMetrics _metrics;
    private readonly int _maxPixels;

    public Segmenter(IOptions<ServiceOptions> options, ServiceMetrics metrics)
    {
        MLContext ml = new();
        _metrics = metrics;
        _maxPixels = options.Value.MaxPixels;
        _classes = ml.SemanticSegmentation.Describe(options.Value.Model).ClassList;
        _engines = ml.SemanticSegmentation.CreateEnginePool<Photo, Answer>(
            ml.SemanticSegmentation.Load(options.Value.Model, out _),
            new SegmentationEnginePoolOptions { Capacity = options.Value.Concurrency });
    }

    /// <summary>Labels one picture.</summary>
    /// <param name="file">Its file's bytes.</param>
    /// <param name="cancellation">Looked at between decoding, scoring and encoding; a stage that runs is finished.</param>
    /// <returns>An index PNG of the same size, with the classes' colours as its palette.</returns>
    /// <exception cref="InvalidInputException">Not a whole picture.</exception>
    /// <exception cref="PictureTooLargeException">More pixels than allowed; nothing was decoded.</exception>
    public byte[] Segment(byte[] file, CancellationToken cancellation)
    {
        PhotoSize size = PhotoProbe.Read(file, "body", long.MaxValue); // too large is an error of its own
        if (size.Pixels > _maxPixels)
        {
            throw new PictureTooLargeException($"body: expected a picture of at most {_maxPixels} pixels, got {size}");
        }

        using MLImage image = PhotoReader.Decode(file, "body", _maxPixels);
        cancellation.ThrowIfCancellationRequested();
        long started = Stopwatch.GetTimestamp();
        LabelMap labels = _engines.Predict(new Photo { Image = image }, cancellation).PredictedLabel;
        _metrics.Answered((long)labels.Height * labels.Width, started);
        cancellation.ThrowIfCancellationRequested();
        using MemoryStream png = new();
        IndexPng.Write(labels, png, _classes is null ? default : _classes.Palette);
        return png.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _engines.Dispose();

    internal sealed class Photo
    {
        public MLImage Image { get; set; } = null!;
    }

    internal sealed class Answer
    {
        public LabelMap PredictedLabel { get; set; } = null!;
    }
}
