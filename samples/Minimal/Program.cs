// Photo in, label map out. Run it as
//   dotnet run --project samples/Minimal -c Release -- samples/models/fundus.sparserefine samples/photos/06_h.jpg answer.png
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

if (args is not [string modelFile, string photoFile, string answerFile])
{
    Console.Error.WriteLine("usage: Minimal MODEL.sparserefine PHOTO ANSWER.png");
    return 2;
}

MLContext ml = new();
ITransformer model = ml.SemanticSegmentation.Load(modelFile, out _);
using var engine = ml.Model.CreatePredictionEngine<Photo, Answer>(model); // disposes the model, too
using MLImage image = MLImage.CreateFromFile(photoFile);
LabelMap labels = engine.Predict(new Photo { Image = image }).PredictedLabel;

var classes = ml.SemanticSegmentation.Describe(modelFile).ClassList;
IndexPng.Write(labels, answerFile, classes is null ? default : classes.Palette);
Console.WriteLine($"{answerFile}: {labels.Width}x{labels.Height}");
return 0;

internal sealed class Photo
{
    public MLImage Image { get; set; } = null!;
}

internal sealed class Answer
{
    public LabelMap PredictedLabel { get; set; } = null!;
}
