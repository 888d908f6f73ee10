// Photo in, label map out. Run it as
//   dotnet run --project samples/Minimal -c Release -- samples/models/fundus.sparserefine samples/photos/06_h.jpg answer.png
using SparseRefine.MLNet;

if (args is not [string modelFile, string photoFile, string answerFile])
{
    Console.Error.WriteLine("usage: Minimal MODEL.sparserefine PHOTO ANSWER.png");
    return 2;
}

using SegmentationModel model = SegmentationModel.Load(modelFile);
using SegmentationResult result = model.Predict(photoFile);
result.Save(answerFile);
Console.WriteLine($"{answerFile}: {result.Labels.Width}x{result.Labels.Height}");
return 0;
