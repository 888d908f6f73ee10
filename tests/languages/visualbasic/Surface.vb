Imports Microsoft.ML
Imports SparseRefine.MLNet

Public Module Surface
    Public Function Fit(ml As MLContext, data As IDataView) As ITransformer
        Dim dense = ml.Segmentation().ApplyDenseModel("Logits", "Image", "dense.onnx")
        Dim options As New SparseRefinementTrainer.Options With {.Epochs = 20, .Planes = {8, 16}}
        Return dense.Append(ml.Segmentation().Trainers.SparseRefinement(options)).Fit(data)
    End Function

    Public Function SelectSome(ml As MLContext) As PixelSelectionEstimator
        Return ml.Transforms.SelectPixels("Selected", "Logits", "Image", "fraction:0.1")
    End Function
End Module
