// From nothing but photos and label PNGs to answers: trains a light dense model, fits a refiner on it, scores the photos. Run it as
//   dotnet run --project samples/WholeChain -c Release -- samples/photos samples/labels samples/classes.csv my-model
// A few epochs on four photos show how it is done, not what can be reached. The folder then holds dense.onnx, model.sparserefine and a label PNG a photo.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

if (args is not [string photoFolder, string labelFolder, string classesFile, string outputFolder, .. string[] rest]
    || rest.Length > 1 || !int.TryParse(rest.FirstOrDefault("12"), out int epochs))
{
    Console.Error.WriteLine("usage: WholeChain PHOTOS LABELS CLASSES.csv OUTPUT [EPOCHS]");
    return 2;
}

ClassList classes = ClassList.Load(classesFile);
IReadOnlyList<LabelledPhoto> pairs = PhotoFolder.Pair(photoFolder, labelFolder).Rows;
Directory.CreateDirectory(outputFolder);

MLContext ml = new(seed: 1);
IDataView rows = ml.Data.LoadFromEnumerable(pairs);
IDataView labelled = ml.SemanticSegmentation.LoadPhotos("Image", null, nameof(LabelledPhoto.ImagePath))
    .Append(ml.SemanticSegmentation.LoadLabelMaps(new LabelMapLoadingEstimator.Options
    {
        OutputColumnName = "Label",
        PathColumnName = nameof(LabelledPhoto.LabelPath),
        Classes = classes.Count,
    }))
    .Fit(rows)
    .Transform(rows);

// 1. A dense model that sees the whole photo, but small. A narrow network and few epochs; the last photos choose the epoch.
using DenseSegmentationTransformer dense = ml.SemanticSegmentation.Trainers.FeatureRefinement(new FeatureRefinementTrainer.Options
{
    ClassList = classes,
    PredictedLabelColumnName = null, // the refiner will give the labels
    Height = 192,
    Width = 288,
    ValidationFraction = 0.25,
    MetricsCallback = Tell("dense"),
    Channels = [16, 24, 32, 48],
    Blocks = [1, 1, 1, 1],
    DecoderChannels = 16,
    Epochs = epochs,
    BatchSize = 4,
    CropsPerPhoto = 4,
    CropHeight = 128,
    CropWidth = 128,
    LearningRate = 4e-3,
    AverageDecay = 0,
}).Fit(labelled);
File.WriteAllBytes(Path.Combine(outputFolder, "dense.onnx"), dense.ModelBytes); // any ONNX runtime opens it

// 2. A refiner for the fifth of the pixels that the dense model is least sure of. It sees them at full resolution.
using var model = new TransformerChain<ITransformer>(dense, ml.SemanticSegmentation.Trainers.SparseRefinement(new SparseRefinementTrainer.Options
{
    ClassList = classes,
    Selector = PixelSelector.Parse("fraction:0.2"),
    ValidationFraction = 0.25,
    MetricsCallback = Tell("refined"),
    Planes = [8, 16],
    Reps = 1,
    Epochs = epochs,
    BatchSize = 2,
    CropsPerPhoto = 4,
    CropHeight = 192,
    CropWidth = 192,
    LearningRate = 3e-3,
}).Fit(dense.Transform(labelled)));
ml.SemanticSegmentation.Save(model, null, Path.Combine(outputFolder, "model.sparserefine"));

// 3. Answers, photo by photo: a label map of the photo's size. The same as SegmentationModel.Load of the file gives.
using SegmentationModel fitted = SegmentationModel.FromTransformer(model);
foreach (LabelledPhoto pair in pairs)
{
    using SegmentationResult result = fitted.Predict(pair.ImagePath);
    result.Save(Path.Combine(outputFolder, Path.ChangeExtension(Path.GetFileName(pair.ImagePath), ".png")));
}

Console.WriteLine($"{outputFolder}: dense.onnx, model.sparserefine, {pairs.Count} label maps");
return 0;

static Action<EpochReport> Tell(string stage) => epoch => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{stage}: epoch {epoch.Epoch}/{epoch.Epochs}, loss {epoch.Loss:0.000}, validation mIoU {epoch.Scores.MeanIoU:0.000}"));
