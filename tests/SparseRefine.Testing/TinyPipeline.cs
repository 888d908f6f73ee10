using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.Testing;

/// <summary>A dense model and a refiner of two levels behind it, fitted on one photo for two epochs: what reads "Image" and answers "PredictedLabel".</summary>
public static class TinyPipeline
{
    /// <summary>Fits it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The ONNX model.</param>
    /// <param name="options">How it sees a photo.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="selector">Text of the selector.</param>
    /// <param name="pair">The photo and its labels.</param>
    public static TransformerChain<SparseRefinementTransformer> Fit(
        MLContext context, byte[] model, DenseModelOptions options, ClassList classes, string selector, PhotoPair pair)
    {
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        LabelMap labels = IndexPng.Read(pair.LabelPath);
        IDataView rows = context.Data.LoadFromEnumerable([pair]);
        IDataView data = context.SemanticSegmentation.LoadPhotos("Image", null, nameof(PhotoPair.ImagePath))
            .Append(catalog.LoadLabelMaps("Label", null, nameof(PhotoPair.LabelPath)))
            .Fit(rows).Transform(rows);
        return catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options(options) { ModelBytes = model, ClassList = classes })
            .Append(catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options
            {
                Selector = PixelSelector.Parse(selector),
                ClassList = classes,
                Planes = [4, 8],
                Reps = 1,
                Epochs = 2,
                BatchSize = 1,
                CropHeight = labels.Height,
                CropWidth = labels.Width,
                Threads = 1,
            }))
            .Fit(data);
    }

    /// <summary>Fits one on a striped photo and saves it: two classes, class0 and class1, three tenths of the pixels refined.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">Where the photo may lie.</param>
    public static void SaveStriped(string file, string folder)
    {
        PhotoPair pair = new() { ImagePath = Path.Combine(folder, "fit.png"), LabelPath = Path.Combine(folder, "fit-labels.png") };
        StripedPhoto.Write(pair.ImagePath, pair.LabelPath, 48, 64, seed: 0);
        MLContext context = new(seed: 1);
        using var model = Fit(
            context,
            TinyModels.Brightness(),
            new DenseModelOptions { Scale = 0.25, SizeMultiple = 1, IntraOpNumThreads = 1 },
            new ClassList(["class0", "class1"], [0, 255, 0, 40, 215, 0]),
            "fraction:0.3",
            pair);
        context.SemanticSegmentation.Save(model, null, file);
    }
}
