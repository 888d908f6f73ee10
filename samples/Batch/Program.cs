// A folder of photos on several threads, through a pool of engines over one model. Run it as
//   dotnet run --project samples/Batch -c Release -- samples/models/fundus.sparserefine samples/photos answers
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.Images;
using SparseRefine.MLNet;

if (args is not [string modelFile, string photoFolder, string answerFolder])
{
    Console.Error.WriteLine("usage: Batch MODEL.sparserefine PHOTOS ANSWERS");
    return 2;
}

MLContext ml = new();
ITransformer model = ml.SemanticSegmentation.Load(modelFile, out _);
ClassList? classes = ml.SemanticSegmentation.Describe(modelFile).ClassList;
Directory.CreateDirectory(answerFolder);

// A PredictionEngine serves one thread at a time. The pool makes them as they are needed, at most two here: each photo in work
// takes the memory of one decoded photo and its scores, and the stages use all processors by themselves.
using SegmentationEnginePool<Photo, Answer> engines = ml.SemanticSegmentation.CreateEnginePool<Photo, Answer>(
    model, new SegmentationEnginePoolOptions { Capacity = 2 });
long started = Stopwatch.GetTimestamp();
int failures = 0;
ParallelOptions threads = new() { MaxDegreeOfParallelism = engines.Capacity };
await Parallel.ForEachAsync(Directory.EnumerateFiles(photoFolder).Order(StringComparer.Ordinal), threads, async (file, cancellation) =>
{
    string answer = Path.Combine(answerFolder, Path.ChangeExtension(Path.GetFileName(file), ".png"));
    try
    {
        using MLImage image = PhotoReader.Read(file); // names the file where it is truncated or no photo
        LabelMap labels = (await engines.PredictAsync(new Photo { Image = image }, cancellation)).PredictedLabel;
        IndexPng.Write(labels, answer, classes is null ? default : classes.Palette);
        Console.WriteLine(answer);
    }
    catch (Exception e) when (e is InvalidInputException or IOException or ArgumentException)
    {
        Interlocked.Increment(ref failures); // one bad photo does not end the batch
        Console.Error.WriteLine($"{file}: {e.Message}");
    }
});
Console.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s, {failures} failed"));
return failures == 0 ? 0 : 1;

internal sealed class Photo
{
    public MLImage Image { get; set; } = null!;
}

internal sealed class Answer
{
    public LabelMap PredictedLabel { get; set; } = null!;
}
