using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>A photo with its answers, on its way to the disk. Owns the image.</summary>
internal sealed record ScoredWork(StageClock Clock, MLImage Image, SegmentationResult Result) : IDisposable
{
    public PixelSelection? Selection => Result.Selection;

    public LabelMap Labels => Result.Labels;

    public void Dispose()
    {
        Result.Dispose();
        Image.Dispose();
    }
}
