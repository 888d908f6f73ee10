using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Cli.Options;
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
    private readonly SegmentationModel _model;
    private readonly MLImage _photo;
    private readonly ClassList _classes;

    public Subject(string folder)
    {
        _model = SegmentationModel.Load(Path.Combine(folder, "model.sparserefine"), new SegmentationModelOptions { MaxPixels = MaxPixels });
        _classes = ClassList.Load(Path.Combine(folder, "classes.csv"));
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
            case InputKind.LabelColors:
                _ = new LabelReading { ClassList = _classes, MaxPixels = MaxPixels }.Read(file);
                break;
            case InputKind.Config:
                _ = ModelConfig.Read(file, new DenseModelOptions());
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
                using (SegmentationModel model = SegmentationModel.Load(file))
                using (model.Predict(_photo))
                {
                }

                break;
            case InputKind.Weights:
                using (FileStream weights = File.OpenRead(file))
                {
                    _ = SafeTensors.Read(weights, Corpus.Network().Parameters, file);
                }

                break;
            default:
                using (_model.Predict(file))
                {
                }

                break;
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _photo.Dispose();
    }
}
