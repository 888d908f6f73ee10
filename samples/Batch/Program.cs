// A folder of photos on several threads over one model. Run it as
//   dotnet run --project samples/Batch -c Release -- samples/models/fundus.sparserefine samples/photos answers
using System.Diagnostics;
using SparseRefine;
using SparseRefine.MLNet;

if (args is not [string modelFile, string photoFolder, string answerFolder])
{
    Console.Error.WriteLine("usage: Batch MODEL.sparserefine PHOTOS ANSWERS");
    return 2;
}

using SegmentationModel model = SegmentationModel.Load(modelFile);
Directory.CreateDirectory(answerFolder);

// Any number of threads may predict at once; two here: each photo in work takes the memory of one decoded photo and its scores, and the
// stages use all processors by themselves.
ParallelOptions threads = new() { MaxDegreeOfParallelism = 2 };
long started = Stopwatch.GetTimestamp();
int failures = 0;
Parallel.ForEach(Directory.EnumerateFiles(photoFolder).Order(StringComparer.Ordinal), threads, file =>
{
    string answer = Path.Combine(answerFolder, Path.ChangeExtension(Path.GetFileName(file), ".png"));
    try
    {
        using SegmentationResult result = model.Predict(file);
        result.Save(answer);
        Console.WriteLine(answer);
    }
    catch (Exception e) when (e is InvalidInputException or IOException)
    {
        Interlocked.Increment(ref failures); // one bad photo does not end the batch
        Console.Error.WriteLine(e.Message);
    }
});
Console.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s, {failures} failed"));
return failures == 0 ? 0 : 1;
