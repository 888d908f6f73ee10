module Surface

open Microsoft.ML
open Microsoft.ML.Data
open SparseRefine.MLNet

let fit (ml: MLContext) (data: IDataView) =
    let options = SparseRefinementTrainer.Options(Epochs = 20, Planes = [| 8; 16 |])

    // F# knows no variance, so a chain starts empty, as with ML.NET's own estimators.
    EstimatorChain<ITransformer>()
        .Append(ml.Segmentation().ApplyDenseModel("Logits", "Image", "dense.onnx"))
        .Append(ml.Segmentation().Trainers.SparseRefinement(options))
        .Fit(data)

let select (ml: MLContext) =
    ml.Transforms.SelectPixels("Selected", "Logits", "Image", "fraction:0.1")
