// A dense ONNX model of your own, before any refiner is fitted: does it see photos as its training did, and how many pixels
// would be refined? Run it as
//   dotnet run --project samples/OwnModel -c Release -- samples/models/fundus-low.onnx samples/photos/06_h.jpg dense.png
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

if (args is not [string modelFile, string photoFile, string answerFile])
{
    Console.Error.WriteLine("usage: OwnModel MODEL.onnx PHOTO ANSWER.png");
    return 2;
}

// What the model's training pipeline did to a photo, said once. These are the values of mmsegmentation's and of Hugging
// Face's ImageNet models; a model trained on 0..1 has Mean = [0, 0, 0] and Std = [255, 255, 255].
DenseModelOptions seen = new()
{
    Scale = 0.25, // the model sees a quarter of each side
    SizeMultiple = 8, // its strides' product
    Mean = [123.675f, 116.28f, 103.53f], // subtracted from red, green, blue, which go from 0 to 255
    Std = [58.395f, 57.12f, 57.375f], // then divided by
    ChannelOrder = ChannelOrder.Rgb, // Bgr for models trained on OpenCV's photos
    Interpolation = Interpolation.Area, // what antialiased resizing in Python comes closest to
    ScoreKind = ScoreKind.Auto, // Probabilities for a model that ends in softmax and does not show it
};

MLContext ml = new();
var segmentation = ml.SemanticSegmentation; // from here on ML.NET also knows what a property of type MLImage is
using MLImage image = PhotoReader.Read(photoFile);
Photo[] photos = [new Photo { Image = image }];
IDataView data = ml.Data.LoadFromEnumerable(photos);
using var dense = segmentation.ApplyDenseModel("Logits", "Image", modelFile, seen).Fit(data);
IDataView logits = dense.Transform(data);
LogitMap map = logits.GetColumn<LogitMap>("Logits").Single();
Console.WriteLine($"photo {image.Width}x{image.Height}, scores {map.Width}x{map.Height}, {map.Classes} classes");

// The share of pixels above a threshold is what the refiner will cost; the share of the model's errors among them, what it can mend.
foreach (double threshold in new[] { 0.1, 0.2, 0.3, 0.5 })
{
    string rule = FormattableString.Invariant($"entropy:{threshold}");
    var selected = segmentation.SelectPixels("Selected", "Logits", "Image", rule).Fit(logits).Transform(logits);
    PixelSelection selection = selected.GetColumn<PixelSelection>("Selected").Single();
    double density = (double)selection.Sites.Count / ((long)selection.Sites.Height * selection.Sites.Width);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rule}: {density:P1} of the pixels"));
    IndexPng.Write(selection.DenseLabels, answerFile); // the model's own answer at the photo's size, whatever the threshold
}

Console.WriteLine($"{answerFile}: class indices as grey values");
return 0;

internal sealed class Photo
{
    public MLImage Image { get; set; } = null!;
}
