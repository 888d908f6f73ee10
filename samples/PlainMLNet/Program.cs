// An exported graph in ML.NET alone: this program knows nothing of SparseRefine.MLNet. One run builds a chain and saves it, another loads it:
//   sparserefine export --model samples/models/fundus.sparserefine --out fundus.onnx
//   dotnet run --project samples/PlainMLNet -c Release -- save fundus.onnx 2336x3504 chain.zip
//   dotnet run --project samples/PlainMLNet -c Release -- score chain.zip samples/photos/06_h.jpg answer.png
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

MLContext ml = new();
switch (args)
{
    case ["save", string graph, string size, string file]:
        int[] sides = [.. size.Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        (int height, int width) = (sides[0], sides[1]);
        IDataView none = ml.Data.LoadFromEnumerable<Photo>([]);

        // ML.NET's vectors of pixels have one size in all rows. Resizing says which: a photo of this size stays as it is, another one is stretched.
        ITransformer chain = ml.Transforms.LoadImages("photo", null, nameof(Photo.Path))
            .Append(ml.Transforms.ResizeImages("photo", width, height, resizing: ImageResizingEstimator.ResizingKind.Fill))
            .Append(ml.Transforms.ExtractPixels("image", "photo", interleavePixelColors: true, outputAsFloatArray: false))
            .Append(ml.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = graph,
                InputColumns = ["image"],
                OutputColumns = ["labels"],
                ShapeDictionary = new Dictionary<string, int[]> { ["image"] = [1, height, width, 3], ["labels"] = [1, height, width] },
            }))
            .Fit(none);
        ml.Model.Save(chain, none.Schema, file);
        return 0;

    case ["score", string file, string photo, string answer]:
        ITransformer model = ml.Model.Load(file, out DataViewSchema inputs);
        var labels = (VectorDataViewType)model.GetOutputSchema(inputs)["labels"].Type; // [1, height, width]
        using (PredictionEngine<Photo, Answer> engine = ml.Model.CreatePredictionEngine<Photo, Answer>(model))
        {
            // A gray image: the class's number is the brightness.
            byte[] gray = [.. engine.Predict(new Photo { Path = Path.GetFullPath(photo) }).Labels.SelectMany(label => new[] { label, label, label, byte.MaxValue })];
            using MLImage image = MLImage.CreateFromPixels(labels.Dimensions[2], labels.Dimensions[1], MLPixelFormat.Rgba32, gray);
            image.Save(answer);
        }

        return 0;

    default:
        Console.Error.WriteLine("usage: PlainMLNet save M.onnx HEIGHTxWIDTH CHAIN.zip | score CHAIN.zip PHOTO ANSWER.png");
        return 2;
}

/// <summary>A row that comes in.</summary>
internal sealed class Photo
{
    /// <summary>Where the photo lies.</summary>
    public string Path { get; set; } = "";
}

/// <summary>What a prediction engine gives.</summary>
internal sealed class Answer
{
    /// <summary>The classes, row by row.</summary>
    [ColumnName("labels")]
    public byte[] Labels { get; set; } = [];
}
