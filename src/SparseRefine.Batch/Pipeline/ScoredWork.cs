using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>A photo with its answers, on its way to the disk. Owns the image.</summary>
internal sealed record ScoredWork(StageClock Clock, MLImage Image, LogitMap? Logits, PixelSelection? Selection, LabelMap Labels) : IDisposable
{
    public void Dispose() => Image.Dispose();
}
