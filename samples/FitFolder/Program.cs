// Fits a refiner on a folder of photos and a folder of index PNGs of the same names. Run it as
//   dotnet run --project samples/FitFolder -c Release -- samples/models/fundus-low.onnx samples/photos samples/labels samples/classes.csv my.sparserefine
// A few epochs on four photos show how it is done, not what can be reached. Ctrl+C ends it and keeps the best epoch so far.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Training;

if (args is not [string modelFile, string photoFolder, string labelFolder, string classesFile, string outputFile, .. string[] rest]
    || rest.Length > 1 || !int.TryParse(rest.FirstOrDefault("4"), out int epochs))
{
    Console.Error.WriteLine("usage: FitFolder MODEL.onnx PHOTOS LABELS CLASSES.csv OUTPUT.sparserefine [EPOCHS]");
    return 2;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

ClassList classes = ClassList.Load(classesFile);
PhotoPairs pairs = PhotoFolder.Pair(photoFolder, labelFolder);
if (pairs.Remark is string remark)
{
    Console.WriteLine(remark);
}

MLContext ml = new(seed: 1);
IDataView rows = ml.Data.LoadFromEnumerable(pairs.Rows);
var inputs = ml.SemanticSegmentation.LoadPhotos("Image", null, nameof(LabelledPhoto.ImagePath))
    .Append(ml.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
    {
        OutputColumnName = "Label",
        PathColumnName = nameof(LabelledPhoto.LabelPath),
        Classes = classes.Count,
    }))
    .Fit(rows);
IDataView labelled = inputs.Transform(rows);
var dense = ml.SemanticSegmentation
    .ApplyDenseModel("Logits", "Image", modelFile, new DenseModelOptions { Scale = 0.25, SizeMultiple = 8 })
    .Fit(labelled);

// Small crops, a narrow network and few epochs: a fit for a real task uses more of each (see `sparserefine fit --help`).
var trainer = ml.SemanticSegmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options
{
    ClassList = classes,
    ValidationFraction = 0.25, // the last photos choose the epoch
    Planes = [8, 16],
    Reps = 1,
    Epochs = epochs,
    BatchSize = 2,
    CropsPerPhoto = 8,
    CropHeight = 192,
    CropWidth = 192,
    LearningRate = 2e-3,
    DiceWeight = 0.5,
    CancellationToken = stop.Token,
    MetricsCallback = epoch => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {epoch.Epoch}/{epoch.Epochs}: loss {epoch.Loss:0.000}, mIoU {epoch.Validation?.Initial.Full.MeanIoU:0.000} -> {epoch.Scores.MeanIoU:0.000}, {epoch.Elapsed.TotalSeconds:0.0} s")),
});

// What is saved here begins at the decoded photo; with LoadPhotos before it, as `sparserefine fit` writes it, it would begin at a path or bytes.
using var model = new TransformerChain<ITransformer>(dense, trainer.Fit(dense.Transform(labelled)));
ml.SemanticSegmentation.Save(model, null, outputFile);
Console.WriteLine($"{outputFile}: {new FileInfo(outputFile).Length / 1024} KiB");
return 0;
