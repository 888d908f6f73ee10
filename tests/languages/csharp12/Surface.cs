using Microsoft.ML;
using SparseRefine.MLNet;

namespace SparseRefine.Languages;

internal static class Surface
{
    public static ITransformer Fit(MLContext ml, IDataView data) => ml.Segmentation().ApplyDenseModel("Logits", "Image", "dense.onnx")
        .Append(ml.Segmentation().Trainers.SparseRefinement(new SparseRefinementTrainer.Options { Epochs = 20, Planes = [8, 16] }))
        .Fit(data);

    public static PixelSelectionEstimator Select(MLContext ml) => ml.Transforms.SelectPixels("Selected", "Logits", "Image", "fraction:0.1");
}
