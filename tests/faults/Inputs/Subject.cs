using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Persistence;

namespace SparseRefine.Faults;

/// <summary>Reads a file as the library's users do, and uses what it holds.</summary>
internal sealed class Subject : IDisposable
{
    /// <summary>Pixels that are allowed: few enough for the memory limit to mean something.</summary>
    public const long MaxPixels = 1 << 22;

    private readonly MLContext _context = new(seed: 1);
    private readonly SegmentationEnginePool<Photo, Answer> _engines;
    private readonly MLImage _photo;

    public Subject(string folder)
    {
        _engines = Open(Path.Combine(folder, "model.sparserefine"));
        _photo = PhotoReader.Read(Path.Combine(folder, "photo.png"));
    }

    /// <summary>Uses the file; an error of the library passes through.</summary>
    public void Use(InputKind kind, string file)
    {
        switch (kind)
        {
            case InputKind.LabelMap:
                _ = IndexPng.Read(file, MaxPixels);
                break;
            case InputKind.Classes:
                _ = ClassList.Load(file);
                break;
            case InputKind.Onnx:
                using (DenseModel model = new(file, new DenseModelOptions { Scale = 0.5, SizeMultiple = 32, IntraOpNumThreads = 1 }))
                {
                    _ = model.MultiplyAdds(_photo.Height, _photo.Width);
                    _ = model.Run(new ImageView(_photo.Pixels, _photo.Height, _photo.Width, PixelOrder.Rgba32));
                }

                break;
            case InputKind.Model:
                _ = _context.SemanticSegmentation.Describe(file);
                Load(file);

                break;
            case InputKind.Weights:
                using (FileStream weights = File.OpenRead(file))
                {
                    _ = SafeTensors.Read(weights, Corpus.Network().Parameters, file);
                }

                break;
            default:
                using (MLImage image = PhotoReader.Read(file, MaxPixels))
                {
                    _ = _engines.Predict(new Photo { Image = image }).PredictedLabel;
                }

                break;
        }
    }

    public void Dispose()
    {
        _engines.Dispose();
        _photo.Dispose();
    }

    // A file may hold a pipeline of other columns than these: that is no fault of the file, and the error names the column.
    private void Load(string file)
    {
        ITransformer model = _context.SemanticSegmentation.Load(file, out _);
        try
        {
            using SegmentationEnginePool<Photo, Answer> engines = _context.SemanticSegmentation.CreateEnginePool<Photo, Answer>(model, capacity: 1);
            _ = engines.Predict(new Photo { Image = _photo, ImagePath = _photo.Tag }).PredictedLabel;
        }
        catch (InvalidInputException e) when (e.InputSource.StartsWith("column", StringComparison.Ordinal))
        {
            throw new InvalidInputException(file, e);
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    private SegmentationEnginePool<Photo, Answer> Open(string file) => _context.SemanticSegmentation.CreateEnginePool<Photo, Answer>(
        _context.SemanticSegmentation.Load(file, out _), capacity: 1);

    private sealed class Photo
    {
        public MLImage Image { get; set; } = null!;

        public string ImagePath { get; set; } = "";
    }

    private sealed class Answer
    {
        public LabelMap PredictedLabel { get; set; } = null!;
    }
}
